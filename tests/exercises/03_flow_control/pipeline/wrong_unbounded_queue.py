"""The queue takes what the workers cannot take yet.

fails: test_source_is_read_ahead_within_bounds
seen_in: Queue
feedback: A queue without a bound never makes the reader wait. If the source is faster than the workers, all of it ends
    up in memory. Give the queue its `maxsize`.
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
    queue: asyncio.Queue[Any] = asyncio.Queue()
    end = object()
    results: dict[int, R] = {}

    async def read() -> None:
        place = 0
        async with aclosing(source):
            async for item in source:
                await queue.put((place, item))
                place += 1
        for _ in range(workers):
            await queue.put(end)

    async def consume() -> None:
        while (got := await queue.get()) is not end:
            place, item = got
            results[place] = await work(item)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(read()), *(group.create_task(consume()) for _ in range(workers))]
        await asyncio.wait(tasks)
    return [results[place] for place in range(len(results))]
