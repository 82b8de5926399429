"""Ask several that could all answer, one a little after the other, and take the first answer.

>>> await first_success([ask_berlin, ask_lisbon, ask_oslo], stagger=0.25)
320

Known as *happy eyeballs*, from the way browsers try IPv6 and IPv4: RFC 8305. `asyncio.create_connection` does it with addresses.

All racers are awaited inside the group's block, not at its end: up to Python 3.12 a group that stands there when a child fails
cancels the task it runs in and does not take that back, so that a later deadline of the caller's comes out as `CancelledError`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


class _Won(Exception):
    """Ends the race: a task group cancels the others and waits for their clean-up when one child raises."""


async def first_success(
    ops: Sequence[Callable[[], Coroutine[Any, Any, T]]], *, stagger: float
) -> T:
    """The first value that any of `ops` returns. The others are cancelled, and have cleaned up by then.

    The first op starts at once, each next one `stagger` seconds after the one before, or as soon as that one has failed.
    Whoever cancels the caller cancels all that run.

    Raises an `ExceptionGroup` of all errors if none succeeds, and `ValueError` if there is none to ask.
    """
    if not ops:
        raise ValueError("there are no ops to choose from")
    errors: list[Exception] = []
    values: list[T] = []
    racers: list[asyncio.Task[None]] = []

    async def race(op: Callable[[], Coroutine[Any, Any, T]], failed: asyncio.Event) -> None:
        try:
            values.append(await op())
        except Exception as error:  # noqa: BLE001 - it is raised below, with all others
            errors.append(error)
            failed.set()
        else:
            raise _Won

    try:
        async with asyncio.TaskGroup() as group:
            for op in ops:
                failed = asyncio.Event()
                racers.append(group.create_task(race(op, failed)))
                with suppress(TimeoutError):
                    async with asyncio.timeout(stagger):
                        await failed.wait()
            await asyncio.wait(racers)  # see the module's docstring
    except* _Won:  # from here nobody may return
        pass
    if values:
        return values[0]
    for racer in racers:
        racer.result()  # a group does not tell of a child that was cancelled by somebody else
    raise ExceptionGroup(f"none of {len(ops)} succeeded", errors)
