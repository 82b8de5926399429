"""`except BaseException` misses no failure.

fails: test_cancelling_the_caller_cancels_all_ops
says: expected CancelledError to come out
seen_in: except, BaseException or CancelledError
feedback: CancelledError is nobody's failure: somebody asks you to stop. You catch it together with the failures, and what
    comes out is an ExceptionGroup, which no timeout and no shutdown waits for. Catch `Exception`.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


class Won(Exception):
    """The race is over."""


async def first_success(
    ops: Sequence[Callable[[], Coroutine[Any, Any, T]]], *, stagger: float
) -> T:
    errors: list[BaseException] = []
    values: list[T] = []
    tasks: list[asyncio.Task[None]] = []

    async def attempt(op: Callable[[], Coroutine[Any, Any, T]], failed: asyncio.Event) -> None:
        try:
            values.append(await op())
        except Exception as error:
            errors.append(error)
            failed.set()
        else:
            raise Won

    try:
        async with asyncio.TaskGroup() as group:
            for op in ops:
                failed = asyncio.Event()
                tasks.append(group.create_task(attempt(op, failed)))
                try:
                    async with asyncio.timeout(stagger):
                        await failed.wait()
                except TimeoutError:
                    pass
            await asyncio.wait(tasks)
    except BaseException as error:
        if not values:
            errors.append(error)
    if values:
        return values[0]
    raise BaseExceptionGroup("no op succeeded", errors)
