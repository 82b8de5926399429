"""The ops are asked in order, so they are awaited in order.

fails: test_the_first_value_is_returned, test_the_others_are_over_when_a_value_is_returned
feedback: You await the first op before you look at the second. When the second mirror has answered, its value
    waits until the first one has failed or answered.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def first_success(
    ops: Sequence[Callable[[], Coroutine[Any, Any, T]]], *, stagger: float
) -> T:
    errors: list[BaseException] = []
    running: list[asyncio.Task[T]] = []
    try:
        for op in ops:
            running.append(asyncio.create_task(op()))
            await asyncio.wait(running[-1:], timeout=stagger)
            if any(task.done() and not task.exception() for task in running):
                break
        for task in running:
            try:
                return await task
            except Exception as error:
                errors.append(error)
        raise ExceptionGroup("no op succeeded", errors)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
