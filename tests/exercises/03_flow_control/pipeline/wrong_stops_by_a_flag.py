"""A flag tells the reader and the workers to stop.

fails: test_an_error_of_work_ends_all, test_an_error_of_source_ends_all, test_cancelling_the_caller_cancels_all_calls, test_source_is_closed, test_nothing_is_left
says: The call can never end
feedback: A task looks at a flag when it comes past it, and a task that waits does not come past. The reader stops at
    its next item, which may never come, and the other calls run to their end. Cancel the tasks.
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
    errors: list[BaseException] = []

    async def read() -> None:
        place = 0
        try:
            async with aclosing(source):
                async for item in source:
                    if errors:
                        break
                    await queue.put((place, item))
                    place += 1
        except Exception as error:
            errors.append(error)
        for _ in range(workers):
            await queue.put(end)

    async def consume() -> None:
        while (got := await queue.get()) is not end:
            if errors:
                continue
            place, item = got
            try:
                results[place] = await work(item)
            except Exception as error:
                errors.append(error)

    await asyncio.gather(read(), *[consume() for _ in range(workers)])
    if errors:
        raise errors[0]
    return [results[place] for place in range(len(results))]
