"""Anyio: a semaphore in front of a task group. The freed slot may begin one more call in the very moment of a failure."""

from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

import anyio

T = TypeVar("T")
R = TypeVar("R")


async def bounded_map(
    fn: Callable[[T], Coroutine[Any, Any, R]], items: Iterable[T], limit: int
) -> list[R]:
    free = anyio.Semaphore(limit)
    results: dict[int, R] = {}

    async def call(place: int, item: T) -> None:
        try:
            results[place] = await fn(item)
        finally:
            free.release()

    async with anyio.create_task_group() as group:
        await free.acquire()
        for place, item in enumerate(items):
            group.start_soon(call, place, item)
            await free.acquire()
    return [results[place] for place in range(len(results))]
