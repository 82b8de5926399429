"""With the audit in it, the `gather` owns everything.

fails: test_a_failed_fetch_ends_all, test_a_failed_audit_ends_all, test_cancelling_the_caller_cancels_all, test_no_task_is_left
says: ; RICE, the audit had been cancelled
seen_in: gather
feedback: The audit's error comes out now. But `gather` cancels nothing when one of its tasks fails, and when
    the caller is cancelled it asks all of them to end and waits for the first one only. A TaskGroup does both.
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

    *quotes, _ = await asyncio.gather(*[refresh(symbol) for symbol in symbols], audit(symbols))
    return quotes
