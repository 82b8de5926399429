"""A deque under a Condition; gather, and each task is cancelled once."""

import asyncio
from collections import deque
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
    waiting: deque[tuple[int, T]] = deque()
    changed = asyncio.Condition()
    over = False
    results: dict[int, R] = {}

    async def read() -> None:
        nonlocal over
        place = 0
        async with aclosing(source):
            async for item in source:
                async with changed:
                    await changed.wait_for(lambda: len(waiting) < maxsize)
                    waiting.append((place, item))
                    changed.notify_all()
                place += 1
        async with changed:
            over = True
            changed.notify_all()

    async def consume() -> None:
        while True:
            async with changed:
                await changed.wait_for(lambda: waiting or over)
                if not waiting:
                    return
                place, item = waiting.popleft()
                changed.notify_all()
            results[place] = await work(item)

    tasks = [asyncio.create_task(read()), *(asyncio.create_task(consume()) for _ in range(workers))]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            if not task.cancelling():  # gather has cancelled them if it was cancelled itself
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return [results[place] for place in range(len(results))]
