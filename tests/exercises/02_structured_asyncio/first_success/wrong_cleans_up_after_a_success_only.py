"""When the race is won, the others are cancelled.

fails: test_cancelling_the_caller_cancels_all_ops, test_no_task_is_left
seen_in: asyncio.wait
feedback: You clean up on the way on which a value comes back. When the caller is cancelled, `asyncio.wait`
    raises CancelledError and leaves its tasks alone. Clean up in `finally`.
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
                    last, due = asyncio.create_task(op()), loop.time() + stagger
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
                    for other in running:
                        other.cancel()
                    await asyncio.gather(*running, return_exceptions=True)
                    return task.result()
                errors.append(task.exception())
    except Exception:
        for other in running:
            other.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        raise
