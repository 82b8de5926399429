"""A done-callback frees the slot and remembers the first failure; the loop waits for an event."""

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
    changed = asyncio.Event()
    failed: list[BaseException] = []

    def over(task: asyncio.Task[R]) -> None:
        running.discard(task)
        if not task.cancelled() and (error := task.exception()):
            failed.append(error)
        changed.set()

    async def room(most: int) -> None:
        while len(running) > most and not failed:
            changed.clear()
            await changed.wait()
        if failed:
            raise failed[0]

    try:
        for item in items:
            task = asyncio.ensure_future(fn(item))
            tasks.append(task)
            running.add(task)
            task.add_done_callback(over)
            await room(limit - 1)
        await room(0)
    finally:
        rest = list(running)
        for task in rest:
            task.cancel()
        if rest:
            await asyncio.wait(rest)
    return [task.result() for task in tasks]
