"""It works in every test in which nothing fails.

fails: test_quotes_come_in_order, test_a_failed_fetch_ends_all, test_a_failed_audit_ends_all, test_a_late_error_of_the_audit_is_not_lost, test_cancelling_the_caller_cancels_all, test_no_task_is_left
seen_in: gather, create_task
feedback: Two things: `gather` hands on the first error and lets the other fetches go on, and the audit's task
    belongs to nobody, so that nobody waits for it, cancels it, or hears of its error.
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
    """Fetch all quotes at once into the cache, with an entry in the audit log; in the order of `symbols`."""

    async def refresh(symbol: str) -> T:
        quote = cache[symbol] = await fetch(symbol)
        return quote

    asyncio.create_task(audit(symbols))
    return await asyncio.gather(*[refresh(symbol) for symbol in symbols])
