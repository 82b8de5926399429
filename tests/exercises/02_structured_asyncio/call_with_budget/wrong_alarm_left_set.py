"""An alarm that has not rung is forgotten when the try returns.

fails: test_no_task_is_left
says: An alarm that is still set
seen_in: call_later or call_at
feedback: The loop keeps it. It rings in the middle of whatever the task does then, and cancels that. Cancel the alarm
    in a `finally`, or let asyncio.timeout do it.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def call_with_budget(
    op: Callable[[], Coroutine[Any, Any, T]], *, tries: int, per_try: float, total: float
) -> T:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    end = loop.time() + total
    for _ in range(tries):
        rung: list[bool] = []

        def ring(rung: list[bool] = rung) -> None:
            rung.append(True)
            task.cancel()

        loop.call_at(min(loop.time() + per_try, end), ring)
        try:
            return await op()
        except asyncio.CancelledError:
            if not rung or task.uncancel() > 0:
                raise
        if loop.time() >= end:
            break
    raise TimeoutError(f"no answer in {tries} tries and {total} s")
