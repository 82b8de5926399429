"""A slot is taken before the item and its task: a TaskGroup and a semaphore."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def bounded_map(
    fn: Callable[[T], Coroutine[Any, Any, R]], items: Iterable[T], limit: int
) -> list[R]:
    free, results = asyncio.Semaphore(limit), []

    async def call(place: int, item: T) -> None:
        try:
            results[place] = await fn(item)
        finally:
            free.release()

    async with asyncio.TaskGroup() as group:
        await free.acquire()
        for place, item in enumerate(items):
            results.append(None)
            group.create_task(call(place, item))
            await free.acquire()
    return results
