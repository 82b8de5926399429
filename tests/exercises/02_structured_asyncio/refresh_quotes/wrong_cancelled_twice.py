"""One more `cancel()` in the `finally` does no harm.

fails: test_cancelling_the_caller_cancels_all
says: a second time, in the middle of the clean-up
seen_in: gather, cancel, finally
feedback: When the caller is cancelled, `gather` cancels all of its tasks, and comes back when the first of them has ended. Your
    `finally` cancels the others once more, and that CancelledError is raised in the middle of their clean-up.
    `task.cancelling()` tells that a task has been asked already; a TaskGroup asks once.
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

    tasks = [asyncio.ensure_future(refresh(symbol)) for symbol in symbols]
    tasks.append(asyncio.ensure_future(audit(symbols)))
    try:
        *quotes, _ = await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return quotes
