"""Anyio: the winner cancels the scope of the task group, and so nobody needs an exception to stop the race."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

import anyio

T = TypeVar("T")


async def first_success(
    ops: Sequence[Callable[[], Coroutine[Any, Any, T]]], *, stagger: float
) -> T:
    errors: list[Exception] = []
    values: list[T] = []

    async def attempt(op: Callable[[], Coroutine[Any, Any, T]], failed: anyio.Event) -> None:
        try:
            value = await op()
        except Exception as error:
            errors.append(error)
            failed.set()
        else:
            values.append(value)
            group.cancel_scope.cancel()

    async with anyio.create_task_group() as group:
        for op in ops:
            failed = anyio.Event()
            group.start_soon(attempt, op, failed)
            with anyio.move_on_after(stagger):
                await failed.wait()
    if values:
        return values[0]
    raise ExceptionGroup("no op succeeded", errors)
