"""Read from an async generator into a bounded queue that several workers empty; stop all of it at the first error.

>>> await pipeline(price_feed(), store, workers=4, maxsize=100)
[…]

`pypatterns.tasks.bounded_map` reads an item when a worker is free. This one reads ahead, so a source that is slow now and then
keeps its workers busy.
"""

from __future__ import annotations

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
    """Await `work(item)` for each item of `source`, `workers` of them at a time; the results in the order of `source`.

    While all workers are busy, `source` is read on until `maxsize` items wait. If `source` or a call raises, everything else
    is cancelled, and when all of it has cleaned up, an `ExceptionGroup` of the errors comes out. Cancelling the caller
    cancels everything. However this ends, `source` is closed and no task is left.

    One task reads `source` and closes it, because a generator may hold a cancel scope or a context variable that only the
    task that entered it may leave.

    Raises `ValueError` if `workers` or `maxsize` is less than 1.
    """
    if workers < 1 or maxsize < 1:
        raise ValueError(f"workers is {workers} and maxsize {maxsize}; both must be at least 1")
    queue: asyncio.Queue[Any] = asyncio.Queue(maxsize)
    end = object()  # None may be an item
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
        # At the block's end a failure would leave the caller's task counted as cancelled, up to Python 3.12.
        await asyncio.wait(tasks)
    for task in tasks:
        task.result()  # a group does not report a child that something else has cancelled
    return [results[place] for place in range(len(results))]
