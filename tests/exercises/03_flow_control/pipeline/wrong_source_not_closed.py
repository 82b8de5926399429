"""An async generator is closed by itself when the last reference to it is gone.

fails: test_source_is_closed
seen_in: no aclose
feedback: The loop closes it some time later, in a task of its own. Until then the connection of the feed is open, and
    if the loop ends first it stays so. Close it yourself before you return: `async with aclosing(source)`.
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
    queue: asyncio.Queue[Any] = asyncio.Queue(maxsize)
    end = object()
    results: dict[int, R] = {}

    async def read() -> None:
        place = 0
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
