"""Workers that take turns at the source need no queue.

fails: test_source_is_read_ahead_within_bounds
seen_in: no Queue
feedback: Your workers read an item when they are free, so nothing waits for them: when the source is slow for a moment,
    all of them are idle. Read ahead, up to `maxsize` items.
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
    turn = asyncio.Lock()
    results: dict[int, R] = {}
    count = 0

    async def consume() -> None:
        nonlocal count
        while True:
            async with turn:
                try:
                    item = await anext(source)
                except StopAsyncIteration:
                    return
                place, count = count, count + 1
            results[place] = await work(item)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(consume()) for _ in range(workers)]
            await asyncio.wait(tasks)
    finally:
        await source.aclose()
    return [results[place] for place in range(len(results))]
