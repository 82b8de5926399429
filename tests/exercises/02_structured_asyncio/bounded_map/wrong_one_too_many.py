"""The window is full when it holds more than `limit`.

fails: test_limit_calls_at_once_and_never_more, test_a_free_slot_is_filled_at_once
seen_in: create_task
feedback: You start a call and then look whether there are more than `limit`: by then there are. Look before you
    start.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def bounded_map(
    fn: Callable[[T], Coroutine[Any, Any, R]], items: Iterable[T], limit: int
) -> list[R]:
    running: set[asyncio.Task[R]] = set()
    tasks: list[asyncio.Task[R]] = []
    async with asyncio.TaskGroup() as group:
        for item in items:
            if len(running) > limit:
                _, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            task = group.create_task(fn(item))
            tasks.append(task)
            running.add(task)
    return [task.result() for task in tasks]
