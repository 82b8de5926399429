"""When no try was in time, there is no value: None.

fails: test_the_tries_are_used_up
says: returned None
feedback: The function falls off its end and returns None, which op can return as well. Raise TimeoutError after the
    loop.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def call_with_budget(
    op: Callable[[], Coroutine[Any, Any, T]], *, tries: int, per_try: float, total: float
) -> T:
    async with asyncio.timeout(total):
        for _ in range(tries):
            try:
                async with asyncio.timeout(per_try) as limit:
                    return await op()
            except TimeoutError:
                if not limit.expired():
                    raise
