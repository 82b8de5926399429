"""A retry helper retries: whatever goes wrong, there is another try.

fails: test_a_timeout_error_of_op_comes_out, test_any_other_error_comes_out
seen_in: except
feedback: A bug does not go away by being called again, and an order that was booked before the connection broke is
    booked twice. This budget is for slow calls only; let all else out.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def call_with_budget(
    op: Callable[[], Coroutine[Any, Any, T]], *, tries: int, per_try: float, total: float
) -> T:
    last: Exception | None = None
    async with asyncio.timeout(total):
        for _ in range(tries):
            try:
                async with asyncio.timeout(per_try):
                    return await op()
            except Exception as error:
                last = error
    raise last or TimeoutError
