"""A cancellation of my own is over when I have caught it.

fails: test_cancelling_the_caller_cancels_op
says: must call uncancel()
seen_in: cancel or TaskGroup
feedback: A task counts its cancellations, and your own still counts after you have caught it: that of an alarm, or, up to
    Python 3.12, that of a TaskGroup whose child fails while it waits at the end of its block. So a timeout or a TaskGroup
    round your call takes the next one for somebody else's. Call `task.uncancel()` where you catch your own, or leave this
    to asyncio.timeout.
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

        alarm = loop.call_at(min(loop.time() + per_try, end), ring)
        try:
            return await op()
        except asyncio.CancelledError:
            if not rung:
                raise
        finally:
            alarm.cancel()
        if loop.time() >= end:
            break
    raise TimeoutError(f"no answer in {tries} tries and {total} s")
