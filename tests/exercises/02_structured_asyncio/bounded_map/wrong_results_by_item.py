"""An item is the key of its result.

fails: test_results_come_in_order
says: unhashable
feedback: Two equal items are one key, and an item that cannot be hashed is none. What tells results apart is
    the place, not the item.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def bounded_map(
    fn: Callable[[T], Coroutine[Any, Any, R]], items: Iterable[T], limit: int
) -> list[R]:
    source, order = iter(items), []
    results: dict[Any, R] = {}

    async def work() -> None:
        for item in source:
            order.append(item)
            results[item] = await fn(item)

    async with asyncio.TaskGroup() as group:
        for _ in range(limit):
            group.create_task(work())
    return [results[item] for item in order]
