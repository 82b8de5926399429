"""The total is kept if no try begins after it.

fails: test_the_total_has_passed
feedback: You look at the clock between two tries, and the last one runs on for as long as a try may. Give each try
    the smaller of `per_try` and what is left, or put one deadline round them all.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def call_with_budget(
    op: Callable[[], Coroutine[Any, Any, T]], *, tries: int, per_try: float, total: float
) -> T:
    end = time.monotonic() + total
    for _ in range(tries):
        if time.monotonic() >= end:
            break
        try:
            async with asyncio.timeout(per_try) as limit:
                return await op()
        except TimeoutError:
            if not limit.expired():
                raise
    raise TimeoutError(f"no answer in {total} s")
