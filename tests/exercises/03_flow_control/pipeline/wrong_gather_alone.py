"""`gather` waits for the reader and the workers, and raises what any of them raises.

fails: test_an_error_of_work_ends_all, test_an_error_of_source_ends_all, test_cancelling_the_caller_cancels_all_calls, test_source_is_closed, test_nothing_is_left
says: had not begun; expected it to have ended
feedback: `gather` raises the first error and leaves its other tasks alone: they go on after pipeline has ended, or wait
    for ever. Cancel them and await them, or use a TaskGroup, which does both.
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

    await asyncio.gather(read(), *[consume() for _ in range(workers)])
    return [results[place] for place in range(len(results))]
