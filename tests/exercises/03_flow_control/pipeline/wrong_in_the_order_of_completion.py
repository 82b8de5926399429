"""The workers append their results as they come.

fails: test_results_come_in_order
seen_in: append
feedback: Calls take different times, so the results come in the order in which the calls end. Send each item's place
    through the queue with it, and store the result there.
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
    results: list[R] = []

    async def read() -> None:
        async with aclosing(source):
            async for item in source:
                await queue.put((item,))
        for _ in range(workers):
            await queue.put(end)

    async def consume() -> None:
        while (got := await queue.get()) is not end:
            (item,) = got
            results.append(await work(item))

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(read()), *(group.create_task(consume()) for _ in range(workers))]
        await asyncio.wait(tasks)
    return results
