"""One deadline a try, the earlier of its own and that of all: a TimeoutError is ours where the block has expired."""

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
        try:
            async with asyncio.timeout_at(min(now() + per_try, end)) as limit:
                return await op()
        except TimeoutError:
            if not limit.expired():
                raise
        if now() >= end:
            break
    raise TimeoutError(f"no answer in {tries} tries and {total} s")
