"""First I collect the items, then I work on them.

fails: test_work_begins_at_once, test_source_is_read_ahead_within_bounds, test_an_error_of_work_ends_all, test_cancelling_the_caller_cancels_all_calls, test_source_is_closed, test_nothing_is_left
says: never
feedback: A feed may go on for hours, or for ever. While you collect, no item is worked on and all of them are in
    memory. Work on an item as soon as it has been read.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def pipeline(
    source: AsyncGenerator[T, None],
    work: Callable[[T], Coroutine[Any, Any, R]],
    *,
    workers: int,
    maxsize: int,
) -> list[R]:
    free = asyncio.Semaphore(workers)

    async def call(item: T) -> R:
        async with free:
            return await work(item)

    async with aclosing(source):
        items = [item async for item in source]
    if not items:
        return []
    async with asyncio.TaskGroup() as group:
        calls = [group.create_task(call(item)) for item in items]
        await asyncio.wait(calls)
    return [call.result() for call in calls]
