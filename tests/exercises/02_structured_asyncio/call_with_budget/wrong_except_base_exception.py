"""To be robust, nothing that a try does may get out before the tries are used up.

fails: test_a_timeout_error_of_op_comes_out, test_any_other_error_comes_out, test_cancelling_the_caller_cancels_op
seen_in: except, BaseException
feedback: CancelledError is a BaseException, and you catch it: whoever cancels your caller gets another try instead.
    Every `except BaseException` in a task must end with `raise`.
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
        left = end - time.monotonic()
        if left <= 0:
            break
        try:
            return await asyncio.wait_for(op(), min(per_try, left))
        except BaseException:
            pass
    raise TimeoutError(f"no answer in {total} s")
