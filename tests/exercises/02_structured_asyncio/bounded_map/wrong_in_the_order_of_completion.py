"""Workers append what they get.

fails: test_results_come_in_order
says: in another order
seen_in: append
feedback: The first call to end comes first in your list. Remember each item's place when you take it.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def bounded_map(
    fn: Callable[[T], Coroutine[Any, Any, R]], items: Iterable[T], limit: int
) -> list[R]:
    source, results = iter(items), []

    async def work() -> None:
        for item in source:
            results.append(await fn(item))

    async with asyncio.TaskGroup() as group:
        for _ in range(limit):
            group.create_task(work())
    return results
