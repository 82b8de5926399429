"""A failure brings the next start forward, and the plan stays.

fails: test_the_next_op_starts_when_the_last_fails
seen_in: asyncio.wait or wait_for or timeout
feedback: The op after the one that started early starts at the time that was planned at the beginning, so its
    predecessor has less than its head start. Count from the last start, not from the first.
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
    begin, began = loop.time(), []
    try:
        while True:
            if last is None or last.done() or (due is not None and loop.time() >= due):
                op = next(waiting, None)
                if op is not None:
                    began.append(op)
                    last, due = asyncio.create_task(op()), begin + len(began) * stagger
                    running.add(last)
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
