"""The group's body reads the source, and only the workers are tasks."""

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
    queue: asyncio.Queue[Any] = asyncio.Queue(maxsize)
    end = object()
    results: dict[int, R] = {}

    async def consume() -> None:
        while (got := await queue.get()) is not end:
            place, item = got
            results[place] = await work(item)

    async with aclosing(source), asyncio.TaskGroup() as group:
        consumers = [group.create_task(consume()) for _ in range(workers)]
        place = 0
        async for item in source:
            await queue.put((place, item))
            place += 1
        for _ in consumers:
            await queue.put(end)
        await asyncio.wait(consumers)
    return [results[place] for place in range(len(results))]
