"""An error waits in its task until somebody asks for the result.

fails: test_an_error_comes_out_after_the_others_have_cleaned_up, test_nothing_starts_after_a_failure
says: had not been cancelled
seen_in: asyncio.wait
feedback: `asyncio.wait` raises nothing: a failed task is done like any other. You ask for results when all
    calls have ended, so an error at the first item comes out after the last. Look at each task when it ends.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def bounded_map(
    fn: Callable[[T], Coroutine[Any, Any, R]], items: Iterable[T], limit: int
) -> list[R]:
    tasks: list[asyncio.Task[R]] = []
    running: set[asyncio.Task[R]] = set()
    try:
        for item in items:
            if len(running) == limit:
                _, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            task = asyncio.create_task(fn(item))
            tasks.append(task)
            running.add(task)
        if running:
            await asyncio.wait(running)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    return [task.result() for task in tasks]
