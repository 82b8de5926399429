"""A batch of `limit` calls at a time keeps the limit.

fails: test_a_free_slot_is_filled_at_once
says: the times of batches
seen_in: gather or TaskGroup or wait
feedback: Each batch takes as long as its slowest call, and the other slots are idle meanwhile. Fill a slot when
    it is free, not when all are.
"""

import asyncio
from itertools import islice
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def bounded_map(
    fn: Callable[[T], Coroutine[Any, Any, R]], items: Iterable[T], limit: int
) -> list[R]:
    source, results = iter(items), []
    while batch := list(islice(source, limit)):
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(fn(item)) for item in batch]
        results += [task.result() for task in tasks]
    return results
