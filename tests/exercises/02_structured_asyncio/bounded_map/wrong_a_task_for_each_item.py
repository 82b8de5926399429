"""Tasks are cheap, so each item gets one.

fails: test_limit_calls_at_once_and_never_more, test_a_free_slot_is_filled_at_once, test_items_are_taken_as_they_are_needed
seen_in: TaskGroup
feedback: A TaskGroup cancels and awaits, and it limits nothing: the shop gets all calls at once.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def bounded_map(
    fn: Callable[[T], Coroutine[Any, Any, R]], items: Iterable[T], limit: int
) -> list[R]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(fn(item)) for item in items]
    return [task.result() for task in tasks]
