"""A task that was cancelled has ended.

fails: test_no_task_is_left
seen_in: cancel
feedback: cancel() asks the task to end, and its clean-up takes as long as it takes. Await the task after you have
    cancelled it, or its connection is still open when you say that all is over.
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
        try:
            await asyncio.wait({task}, timeout=min(per_try, end - now()))
            if task.done():
                return task.result()
        finally:
            task.cancel()
        if now() >= end:
            break
    raise TimeoutError(f"no answer in {tries} tries and {total} s")
