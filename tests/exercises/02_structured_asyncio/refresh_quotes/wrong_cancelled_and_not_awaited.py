"""`cancel()` ends a task.

fails: test_a_failed_fetch_ends_all, test_a_failed_audit_ends_all, test_cancelling_the_caller_cancels_all, test_no_task_is_left
says: SALT, TEA, the audit had been cancelled, and
seen_in: cancel
feedback: `cancel()` only asks. When your error comes out, the fetches are still giving their connections back,
    and the caller's next request finds none free. Wait until they have ended.
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
    finally:
        for task in tasks:
            task.cancel()
    return [quote.result() for quote in quotes]
