"""I read in the main body; a worker that fails will be seen when I await the workers.

fails: test_an_error_of_work_ends_all, test_an_error_of_source_ends_all, test_cancelling_the_caller_cancels_all_calls, test_source_is_closed, test_nothing_is_left
says: is not cancelled with you
feedback: Once all workers have died, no task empties the queue: your `put` waits for ever, and the line that would see
    their errors is never reached. Something must watch the workers while you read. In a TaskGroup a failed
    worker cancels the body as well.
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

    async def consume() -> None:
        while (got := await queue.get()) is not end:
            place, item = got
            results[place] = await work(item)

    consumers = [asyncio.create_task(consume()) for _ in range(workers)]
    place = 0
    async with aclosing(source):
        async for item in source:
            await queue.put((place, item))
            place += 1
    for _ in consumers:
        await queue.put(end)
    await asyncio.gather(*consumers)
    return [results[place] for place in range(len(results))]
