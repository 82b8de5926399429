"""`gather` for everything, and a `finally` that cancels what is not being cancelled yet, and awaits all of it."""

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
    async def refresh(symbol: str) -> T:
        quote = cache[symbol] = await fetch(symbol)
        return quote

    tasks = [asyncio.ensure_future(refresh(symbol)) for symbol in symbols]
    tasks.append(asyncio.ensure_future(audit(symbols)))
    try:
        *quotes, _ = await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            if not task.cancelling():  # gather has cancelled them if it was cancelled itself
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return quotes
