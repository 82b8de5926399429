"""`await` in a loop is concurrent, for others may run meanwhile.

fails: test_limit_calls_at_once_and_never_more, test_a_free_slot_is_filled_at_once
seen_in: await, no create_task
feedback: `await fn(item)` waits for that call before the loop goes on, so one runs at a time. A call runs
    beside others when a task of its own runs it.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def bounded_map(
    fn: Callable[[T], Coroutine[Any, Any, R]], items: Iterable[T], limit: int
) -> list[R]:
    return [await fn(item) for item in items]
