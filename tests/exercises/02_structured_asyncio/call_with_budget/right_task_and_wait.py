"""A task for each try, which asyncio.wait watches without ever raising; it is ended and awaited on every way out."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def call_with_budget(
    op: Callable[[], Coroutine[Any, Any, T]], *, tries: int, per_try: float, total: float
) -> T:
    now = asyncio.get_running_loop().time
    end = now() + total
    for _ in range(tries):
        task = asyncio.create_task(op())
        try:
            await asyncio.wait({task}, timeout=min(per_try, end - now()))
            if task.done():
                return task.result()
        finally:
            task.cancel()
            await asyncio.wait({task})
        if now() >= end:
            break
    raise TimeoutError
