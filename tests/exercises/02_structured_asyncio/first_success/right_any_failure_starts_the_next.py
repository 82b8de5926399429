"""A queue of results; whichever op fails, the next one starts, which is allowed, too."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def first_success(
    ops: Sequence[Callable[[], Coroutine[Any, Any, T]]], *, stagger: float
) -> T:
    results: asyncio.Queue[tuple[bool, Any]] = asyncio.Queue()
    errors: list[Exception] = []

    async def attempt(op: Callable[[], Coroutine[Any, Any, T]]) -> None:
        try:
            results.put_nowait((True, await op()))
        except Exception as error:
            results.put_nowait((False, error))

    tasks: list[asyncio.Task[None]] = []
    try:
        while len(errors) < len(ops):
            more = len(tasks) < len(ops)
            if more:
                tasks.append(asyncio.create_task(attempt(ops[len(tasks)])))
            try:
                async with asyncio.timeout(stagger if len(tasks) < len(ops) else None):
                    is_value, result = await results.get()
            except TimeoutError:
                continue
            if is_value:
                return result
            errors.append(result)
        raise ExceptionGroup("no op succeeded", errors)
    finally:
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
