"""At the first error I close the source, and then I end the tasks.

fails: test_an_error_of_work_ends_all, test_source_is_closed, test_nothing_is_left
seen_in: aclose
feedback: A task still waits in the source when you close it, and `aclose()` raises RuntimeError: the generator is
    already running. End the reading task first, and close the source when no task waits in it.
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

    tasks = [asyncio.create_task(read()), *(asyncio.create_task(consume()) for _ in range(workers))]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    except asyncio.CancelledError:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await source.aclose()
        raise
    failed = [task for task in tasks if task.done() and task.exception()]
    if failed:
        await source.aclose()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        failed[0].result()
    return [results[place] for place in range(len(results))]
