"""When the reader has ended and `queue.join()` has returned, all work is done.

fails: test_an_error_of_work_ends_all, test_source_is_closed, test_nothing_is_left
seen_in: Queue.join
feedback: `join()` counts `task_done()`. A worker that fails never calls it for its item, so `join()` waits for ever and
    the error stays in a task that is never awaited. Wait for the workers as well, until the first of them
    ends.
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
    results: dict[int, R] = {}

    async def read() -> None:
        place = 0
        async with aclosing(source):
            async for item in source:
                await queue.put((place, item))
                place += 1

    async def consume() -> None:
        while True:
            place, item = await queue.get()
            results[place] = await work(item)
            queue.task_done()

    reader = asyncio.create_task(read())
    consumers = [asyncio.create_task(consume()) for _ in range(workers)]
    try:
        await reader
        await queue.join()
    finally:
        for task in (reader, *consumers):
            task.cancel()
        await asyncio.gather(reader, *consumers, return_exceptions=True)
    return [results[place] for place in range(len(results))]
