"""One bad price must not stop the others, so I skip what fails.

fails: test_an_error_of_work_ends_all, test_an_error_of_source_ends_all, test_source_is_closed, test_nothing_is_left
seen_in: except
feedback: You catch the errors of work and of source and go on. The caller gets a list, and nothing says that something
    is missing in it. Let the error out; a caller that wants to go on can catch it inside `work`.
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
            try:
                async for item in source:
                    await queue.put((place, item))
                    place += 1
            except Exception:
                pass
        for _ in range(workers):
            await queue.put(end)

    async def consume() -> None:
        while (got := await queue.get()) is not end:
            place, item = got
            try:
                results[place] = await work(item)
            except Exception:
                results[place] = None

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(read()), *(group.create_task(consume()) for _ in range(workers))]
        await asyncio.wait(tasks)
    return [results[place] for place in range(len(results))]
