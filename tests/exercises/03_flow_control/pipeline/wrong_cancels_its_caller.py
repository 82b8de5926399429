"""A worker that fails cancels the task that waits for it, and that task catches the CancelledError.

fails: test_nothing_is_left
feedback: Your caller's task has a request to be cancelled on its count, and your code does not take it back: the next
    timeout around it ends in CancelledError instead of TimeoutError. Call `uncancel()` after you have caught
    a cancellation of your own. A TaskGroup that fails while it waits at its block's end forgets to do so,
    too, up to Python 3.12.
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
    me = asyncio.current_task()

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

    def failed(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() and not errors:
            errors.append(task.exception())
            me.cancel()

    tasks = [asyncio.create_task(read()), *(asyncio.create_task(consume()) for _ in range(workers))]
    for task in tasks:
        task.add_done_callback(failed)
    try:
        await asyncio.wait(tasks)
    except asyncio.CancelledError:
        if not errors:
            raise
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if errors:
        raise errors[0]
    return [results[place] for place in range(len(results))]
