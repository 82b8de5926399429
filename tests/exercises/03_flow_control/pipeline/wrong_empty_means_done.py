"""When the queue is empty, all work is done.

fails: test_results_come_in_order, test_work_begins_at_once, test_source_is_closed, test_nothing_is_left
feedback: The queue is also empty when the source is slower than the workers. They all go home at the first pause, and
    the items that come later are never worked on. Let the reader say when the end has come.
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
        await asyncio.sleep(0)
        while True:
            place, item = await queue.get()
            results[place] = await work(item)
            if queue.empty():
                return

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(read()), *(group.create_task(consume()) for _ in range(workers))]
        await asyncio.wait(tasks)
    return [results[place] for place in range(len(results))]
