"""A task is cancelled where its time is up; there is no other way to leave asyncio.wait.

fails: test_cancelling_the_caller_cancels_op, test_no_task_is_left
seen_in: asyncio.wait
feedback: There is: your caller is cancelled while you wait. asyncio.wait does not cancel what it waits for, so op runs
    on with nobody left to hear of it. Put the cancel and the await into a `finally`.
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
        done, _ = await asyncio.wait({task}, timeout=min(per_try, end - now()))
        if done:
            return task.result()
        task.cancel()
        await asyncio.wait({task})
        if now() >= end:
            break
    raise TimeoutError(f"no answer in {tries} tries and {total} s")
