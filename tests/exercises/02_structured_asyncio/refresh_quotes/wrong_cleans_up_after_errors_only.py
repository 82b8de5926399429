"""`except Exception` is where cleaning up belongs.

fails: test_cancelling_the_caller_cancels_all, test_no_task_is_left
seen_in: except, asyncio.wait
feedback: CancelledError is no Exception. When the caller is cancelled, your clean-up does not run, and
    `asyncio.wait` cancels none of its tasks by itself. `finally` runs in every case.
"""

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

    written = asyncio.create_task(audit(symbols))
    quotes = [asyncio.create_task(refresh(symbol)) for symbol in symbols]
    tasks = [written, *quotes]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            task.result()
    except Exception:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
    return [quote.result() for quote in quotes]
