"""I look at the errors when all tasks have ended.

fails: test_an_error_of_work_ends_all, test_an_error_of_source_ends_all, test_source_is_closed, test_nothing_is_left
seen_in: wait or gather
feedback: They may never end: when a worker has failed and the queue is full, the reader waits in `put` for ever. And
    until then the caller does not learn of the error. Wait for the first failure, not for all ends.
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

    tasks = [asyncio.create_task(read()), *(asyncio.create_task(consume()) for _ in range(workers))]
    try:
        await asyncio.wait(tasks)
        for task in tasks:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return [results[place] for place in range(len(results))]
