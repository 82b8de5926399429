"""An op that has nothing to say returns None.

fails: test_the_first_value_is_returned
says: where op 0 returns None
feedback: You look at the value to see whether there is one. None, 0 and an empty list are values: an op has
    failed when it raises, and only then.
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
    errors: list[Exception] = []
    value: T | None = None
    tasks: list[asyncio.Task[None]] = []

    async def attempt(op: Callable[[], Coroutine[Any, Any, T]], failed: asyncio.Event) -> None:
        nonlocal value
        try:
            value = await op()
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
    except* Won:
        pass
    if value:
        return value
    raise ExceptionGroup("no op succeeded", errors or [ValueError("no value")])
