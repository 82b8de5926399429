"""The first op that is done has won.

fails: test_the_next_op_starts_when_the_last_fails, test_the_first_value_is_returned, test_all_errors_come_out_when_all_fail
says: came out after
seen_in: FIRST_COMPLETED
feedback: `FIRST_COMPLETED` says that an op is done, not that it succeeded. Your race ends with the first
    failure, while other ops could still answer.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def first_success(
    ops: Sequence[Callable[[], Coroutine[Any, Any, T]]], *, stagger: float
) -> T:
    running: set[asyncio.Task[T]] = set()
    try:
        for place, op in enumerate(ops, start=1):
            running.add(asyncio.create_task(op()))
            done, running = await asyncio.wait(
                running,
                timeout=stagger if place < len(ops) else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
            for task in done:
                return task.result()
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    raise AssertionError("unreachable")
