"""None is no item, so it can mark the end.

fails: test_results_come_in_order
seen_in: Queue
feedback: An item may be None. Your worker takes it for the end mark and stops, and its results are lost. Mark the end
    with an object of your own, `end = object()`, and compare with `is`.
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
                await queue.put(item if item is None else (place, item))
                place += 1
        for _ in range(workers):
            await queue.put(None)

    async def consume() -> None:
        while (got := await queue.get()) is not None:
            place, item = got
            results[place] = await work(item)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(read()), *(group.create_task(consume()) for _ in range(workers))]
        await asyncio.wait(tasks)
    return [results[place] for place in range(len(results))]
