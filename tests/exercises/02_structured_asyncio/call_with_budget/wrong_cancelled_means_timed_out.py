"""A limit cancels the try, so CancelledError says that it took too long.

fails: test_cancelling_the_caller_cancels_op
says: was cancelled wants nothing more
seen_in: except, CancelledError
feedback: A cancellation from outside looks the same in your `except CancelledError`, and it must come out. Leave the
    distinction to asyncio.timeout: it turns its own cancellations into TimeoutError, and hands on all others.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def call_with_budget(
    op: Callable[[], Coroutine[Any, Any, T]], *, tries: int, per_try: float, total: float
) -> T:
    loop = asyncio.get_running_loop()
    end = loop.time() + total
    for _ in range(tries):
        task = asyncio.create_task(op())
        alarm = loop.call_at(min(loop.time() + per_try, end), task.cancel)
        try:
            return await task
        except asyncio.CancelledError:
            if loop.time() >= end:
                break
        finally:
            alarm.cancel()
    raise TimeoutError(f"no answer in {tries} tries and {total} s")
