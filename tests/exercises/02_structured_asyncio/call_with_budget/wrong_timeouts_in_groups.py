"""`except*` finds a timeout wherever it is.

fails: test_a_timeout_error_of_op_comes_out, test_any_other_error_comes_out
says: an ExceptionGroup with a TimeoutError
seen_in: except*
feedback: It finds op's own timeouts as well, and takes them out of the groups that op raises: what comes out is no
    longer what op raised. Go on only if your own limit has expired.
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
            except* TimeoutError:
                pass
    raise TimeoutError(f"no answer in {tries} tries")
