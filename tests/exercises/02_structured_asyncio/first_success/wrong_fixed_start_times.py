"""Op number n starts after n times the stagger.

fails: test_the_next_op_starts_when_the_last_fails
seen_in: sleep
feedback: Your ops sleep until their turn comes, whatever happens meanwhile. When the first mirror refuses at
    once, nobody is asked for the rest of its head start.
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
    values: list[T] = []

    async def attempt(op: Callable[[], Coroutine[Any, Any, T]], delay: float) -> None:
        await asyncio.sleep(delay)
        try:
            values.append(await op())
        except Exception as error:
            errors.append(error)
        else:
            raise Won

    try:
        async with asyncio.TaskGroup() as group:
            await asyncio.wait(
                [group.create_task(attempt(op, place * stagger)) for place, op in enumerate(ops)]
            )
    except* Won:
        pass
    if values:
        return values[0]
    raise ExceptionGroup("no op succeeded", errors)
