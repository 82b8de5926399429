"""No queue: one task per item, a semaphore for the workers, and another for all items that have been read."""

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
    room, free = asyncio.Semaphore(workers + maxsize), asyncio.Semaphore(workers)
    results: list[Any] = []
    calls: list[asyncio.Task[None]] = []

    async def call(place: int, item: T) -> None:
        async with free:
            results[place] = await work(item)
        room.release()

    async def read() -> None:
        async with aclosing(source):
            await room.acquire()
            async for item in source:
                results.append(None)
                calls.append(group.create_task(call(len(calls), item)))
                await room.acquire()

    async with asyncio.TaskGroup() as group:
        await asyncio.wait([group.create_task(read())])
        if calls:
            await asyncio.wait(calls)
    return results
