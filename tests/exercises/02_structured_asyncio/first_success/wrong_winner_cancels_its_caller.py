"""A cancellation that is caught has never been.

fails: test_no_task_is_left
says: A task counts how often it was cancelled
seen_in: TaskGroup or cancel
feedback: When there is a winner your caller's task is cancelled, by you or by a TaskGroup that waits at the end of its
    block, and you catch that. But the task has counted it, and so it takes the next one, by a deadline round your call,
    for somebody else's. Wake the caller with an Event, or take your cancellation back with `uncancel()`; and await the
    children of a TaskGroup inside its block.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def first_success(
    ops: Sequence[Callable[[], Coroutine[Any, Any, T]]], *, stagger: float
) -> T:
    caller = asyncio.current_task()
    errors: list[Exception] = []
    values: list[T] = []
    tasks: list[asyncio.Task[None]] = []

    async def attempt(op: Callable[[], Coroutine[Any, Any, T]], failed: asyncio.Event) -> None:
        try:
            values.append(await op())
        except Exception as error:
            errors.append(error)
            failed.set()
        else:
            caller.cancel()

    try:
        for op in ops:
            failed = asyncio.Event()
            tasks.append(asyncio.create_task(attempt(op, failed)))
            try:
                async with asyncio.timeout(stagger):
                    await failed.wait()
            except TimeoutError:
                pass
        await asyncio.wait(tasks)
    except asyncio.CancelledError:
        if not values:
            raise
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if values:
        return values[0]
    raise ExceptionGroup("no op succeeded", errors)
