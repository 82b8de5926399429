"""After the last try there is no other, so it may have all the time that is left.

fails: test_the_tries_are_used_up
says: within 1 %; it came after
feedback: per_try is the limit of every try, the last one too. If the caller hears after tries * per_try seconds that there
    is no answer, he can do something else with the rest of his time.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def call_with_budget(
    op: Callable[[], Coroutine[Any, Any, T]], *, tries: int, per_try: float, total: float
) -> T:
    async with asyncio.timeout(total):
        for _ in range(tries - 1):
            try:
                async with asyncio.timeout(per_try) as limit:
                    return await op()
            except TimeoutError:
                if not limit.expired():
                    raise
        return await op()
