"""Inside my timeout, a TimeoutError is the one of my timeout.

fails: test_a_timeout_error_of_op_comes_out
seen_in: except, TimeoutError
feedback: op can raise a TimeoutError as well: a database driver has limits of its own, and so has a socket. Keep the
    context manager, `async with asyncio.timeout(per_try) as limit`, and go on only if `limit.expired()`.
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
                async with asyncio.timeout(per_try):
                    return await op()
            except TimeoutError:
                continue
    raise TimeoutError(f"no answer in {tries} tries")
