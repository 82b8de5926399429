"""When everything has been read, I close the source.

fails: test_source_is_closed
seen_in: aclose
feedback: The line that closes the source is not reached after an error or a cancellation. Put it into a `finally`, or
    use `async with aclosing(source)`.
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
        await source.aclose()
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
