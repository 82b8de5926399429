"""First the losers, then the task that starts the next ones.

fails: test_the_others_are_over_when_a_value_is_returned, test_cancelling_the_caller_cancels_all_ops
may_fail: test_no_task_is_left (an op that it starts last is left to itself)
says: started later all the same
seen_in: create_task
feedback: While you wait for the losers' clean-up, the task that starts the ops still runs, and starts the next
    one. Stop whoever makes new work before you wait for the old.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def first_success(
    ops: Sequence[Callable[[], Coroutine[Any, Any, T]]], *, stagger: float
) -> T:
    loop = asyncio.get_running_loop()
    winner: asyncio.Future[T] = loop.create_future()
    errors: list[Exception] = []
    tasks: list[asyncio.Task[None]] = []

    async def attempt(op: Callable[[], Coroutine[Any, Any, T]], failed: asyncio.Event) -> None:
        try:
            value = await op()
        except Exception as error:
            errors.append(error)
            failed.set()
            if len(errors) == len(ops) and not winner.done():
                winner.set_exception(ExceptionGroup("no op succeeded", errors))
        else:
            if not winner.done():
                winner.set_result(value)

    async def start() -> None:
        for op in ops:
            failed = asyncio.Event()
            tasks.append(asyncio.create_task(attempt(op, failed)))
            try:
                async with asyncio.timeout(stagger):
                    await failed.wait()
            except TimeoutError:
                pass

    starter = asyncio.create_task(start())
    try:
        return await winner
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        starter.cancel()
        await asyncio.gather(starter, *tasks, return_exceptions=True)
