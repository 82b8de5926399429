"""Items are a list, or can be made one.

fails: test_items_are_taken_as_they_are_needed
says: all of them had been taken
seen_in: list
feedback: `list(items)` takes all items before the first call. A file of a million rows is then in memory, and
    endless items never return. Let the workers share the iterator.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def bounded_map(
    fn: Callable[[T], Coroutine[Any, Any, R]], items: Iterable[T], limit: int
) -> list[R]:
    waiting = deque(enumerate(items))
    results: dict[int, R] = {}

    async def work() -> None:
        while waiting:
            place, item = waiting.popleft()
            results[place] = await fn(item)

    async with asyncio.TaskGroup() as group:
        for _ in range(limit):
            group.create_task(work())
    return [results[place] for place in range(len(results))]
