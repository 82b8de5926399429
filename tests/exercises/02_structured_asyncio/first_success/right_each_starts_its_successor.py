"""No loop: each attempt waits for its predecessor, at most `stagger` seconds by `time.monotonic()`, and runs then."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def first_success(
    ops: Sequence[Callable[[], Coroutine[Any, Any, T]]], *, stagger: float
) -> T:
    failed = [asyncio.Event() for _ in ops]
    started: list[asyncio.Future[float]] = [asyncio.Future() for _ in ops]
    winner: asyncio.Future[T] = asyncio.Future()
    errors: list[BaseException] = []

    async def attempt(place: int) -> None:
        if place:
            due = await asyncio.shield(started[place - 1]) + stagger
            try:
                await asyncio.wait_for(failed[place - 1].wait(), due - time.monotonic())
            except TimeoutError:
                pass
        if winner.done():
            return
        started[place].set_result(time.monotonic())
        try:
            value = await ops[place]()
        except Exception as error:
            errors.append(error)
            failed[place].set()
            if len(errors) == len(ops):
                winner.set_exception(ExceptionGroup("no op succeeded", errors))
        else:
            if not winner.done():
                winner.set_result(value)

    tasks = [asyncio.create_task(attempt(place)) for place in range(len(ops))]
    try:
        return await winner
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
