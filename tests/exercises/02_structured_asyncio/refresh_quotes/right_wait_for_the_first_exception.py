"""`asyncio.wait` until the first error; the cache is written when all quotes are there."""

import asyncio
from collections.abc import Callable, Coroutine, MutableMapping, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def refresh_quotes(
    symbols: Sequence[str],
    fetch: Callable[[str], Coroutine[Any, Any, T]],
    cache: MutableMapping[str, T],
    audit: Callable[[Sequence[str]], Coroutine[Any, Any, None]],
) -> list[T]:
    written = asyncio.create_task(audit(symbols))
    fetches = {symbol: asyncio.create_task(fetch(symbol)) for symbol in symbols}
    tasks = [written, *fetches.values()]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    cache.update({symbol: task.result() for symbol, task in fetches.items()})
    return [cache[symbol] for symbol in symbols]
