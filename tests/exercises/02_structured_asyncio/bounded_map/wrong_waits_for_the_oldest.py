"""A window over the items: when it is full, wait for its first task.

fails: test_a_free_slot_is_filled_at_once
says: until the oldest one has ended
seen_in: create_task or ensure_future
feedback: Your window waits for its oldest call. While that one takes long, the slots of all others that have
    ended stay empty. Wait for whichever ends first.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def bounded_map(
    fn: Callable[[T], Coroutine[Any, Any, R]], items: Iterable[T], limit: int
) -> list[R]:
    window: deque[asyncio.Task[R]] = deque()
    results: list[R] = []
    async with asyncio.TaskGroup() as group:
        for item in items:
            if len(window) == limit:
                results.append(await window.popleft())
            window.append(group.create_task(fn(item)))
    return results + [task.result() for task in window]
