"""`return_exceptions=True` makes `gather` safe.

fails: test_items_are_taken_as_they_are_needed, test_an_error_comes_out_after_the_others_have_cleaned_up, test_nothing_starts_after_a_failure
says: as if nothing had happened
seen_in: return_exceptions
feedback: `return_exceptions=True` puts errors among the results, where a caller takes them for values, and lets
    all other calls go on. The caller asked for results or an error.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def bounded_map(
    fn: Callable[[T], Coroutine[Any, Any, R]], items: Iterable[T], limit: int
) -> list[R]:
    free = asyncio.Semaphore(limit)

    async def call(item: T) -> R:
        async with free:
            return await fn(item)

    return await asyncio.gather(*[call(item) for item in items], return_exceptions=True)
