"""A fetch that has begun should come to its end; the cache can use its quote.

fails: test_a_failed_fetch_ends_all, test_a_failed_audit_ends_all, test_cancelling_the_caller_cancels_all, test_no_task_is_left
says: It ended at second 5.75; at second
seen_in: shield
feedback: `shield` keeps the fetch alive when its group is cancelled, and takes it out of everybody's hands: it
    holds its connection, and its quote comes into the cache when the caller has stored a newer one.
"""

import asyncio
from collections.abc import Callable, Coroutine, MutableMapping, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def shielded(coroutine: Coroutine[Any, Any, T]) -> T:
    return await asyncio.shield(coroutine)


async def refresh_quotes(
    symbols: Sequence[str],
    fetch: Callable[[str], Coroutine[Any, Any, T]],
    cache: MutableMapping[str, T],
    audit: Callable[[Sequence[str]], Coroutine[Any, Any, None]],
) -> list[T]:
    async def refresh(symbol: str) -> T:
        cache[symbol] = await fetch(symbol)
        return cache[symbol]

    async with asyncio.TaskGroup() as group:
        group.create_task(audit(symbols))
        quotes = [group.create_task(shielded(refresh(symbol))) for symbol in symbols]
    return [quote.result() for quote in quotes]
