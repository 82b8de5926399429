"""A semaphore limits the calls, and `gather` does the rest.

fails: test_items_are_taken_as_they_are_needed, test_an_error_comes_out_after_the_others_have_cleaned_up, test_nothing_starts_after_a_failure, test_cancelling_the_caller_cancels_all_calls, test_no_task_is_left
seen_in: Semaphore or BoundedSemaphore, gather
feedback: Your semaphore limits how many calls run, and nothing limits how many tasks there are: each item has
    one from the beginning. And `gather` hands on the first error while all other tasks go on.
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

    return await asyncio.gather(*[call(item) for item in items])
