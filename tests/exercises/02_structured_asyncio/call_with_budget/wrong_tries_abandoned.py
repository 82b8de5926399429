"""When asyncio.wait comes back at its timeout, the try is over.

fails: test_a_slow_try_makes_room_for_the_next, test_the_total_has_passed, test_cancelling_the_caller_cancels_op, test_no_task_is_left
seen_in: asyncio.wait
feedback: asyncio.wait gives up waiting and leaves the task alone, whether its timeout has passed or you were
    cancelled. Cancel the task and await it, in a `finally`.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def call_with_budget(
    op: Callable[[], Coroutine[Any, Any, T]], *, tries: int, per_try: float, total: float
) -> T:
    now = asyncio.get_running_loop().time
    end = now() + total
    for _ in range(tries):
        task = asyncio.create_task(op())
        await asyncio.wait({task}, timeout=min(per_try, end - now()))
        if task.done():
            return task.result()
        if now() >= end:
            break
    raise TimeoutError(f"no answer in {tries} tries and {total} s")
