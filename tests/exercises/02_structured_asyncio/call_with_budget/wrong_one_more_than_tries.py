"""`tries` says how often to try again.

fails: test_the_tries_are_used_up
says: the first call is a try like the others
seen_in: range
feedback: You call op tries + 1 times. The first call is a try as well: `range(tries)`.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def call_with_budget(
    op: Callable[[], Coroutine[Any, Any, T]], *, tries: int, per_try: float, total: float
) -> T:
    async with asyncio.timeout(total):
        for _ in range(tries + 1):
            try:
                async with asyncio.timeout(per_try) as limit:
                    return await op()
            except TimeoutError:
                if not limit.expired():
                    raise
    raise TimeoutError(f"no answer in {tries} tries")
