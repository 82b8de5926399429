"""A task group for each try, with an alarm in it that ends the group by an exception of its own; errors come out in groups."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Alarm(Exception):
    """A try has had its time."""


class Spent(TimeoutError):
    """The budget is used up."""


async def call_with_budget(
    op: Callable[[], Coroutine[Any, Any, T]], *, tries: int, per_try: float, total: float
) -> T:
    end = asyncio.get_running_loop().time() + total
    for _ in range(tries):
        left = end - asyncio.get_running_loop().time()
        if left <= 0:
            break
        try:
            async with asyncio.TaskGroup() as group:
                alarm = group.create_task(ring(min(left, per_try)))
                value = await group.create_task(op())
                alarm.cancel()
            return value
        except* Alarm:
            pass
    raise Spent(f"{total} s")


async def ring(seconds: float) -> None:
    await asyncio.sleep(seconds)
    raise Alarm
