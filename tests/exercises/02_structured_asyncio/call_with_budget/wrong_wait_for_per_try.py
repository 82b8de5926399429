"""A limit for each try bounds the whole: there are only so many tries.

fails: test_the_total_has_passed, test_a_timeout_error_of_op_comes_out
seen_in: wait_for
feedback: `tries` slow calls take tries * per_try seconds, however small `total` is; and wait_for raises the same
    TimeoutError whether your limit has passed or op has raised one. Put a second deadline round all tries, and ask
    the inner one whether it has expired.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def call_with_budget(
    op: Callable[[], Coroutine[Any, Any, T]], *, tries: int, per_try: float, total: float
) -> T:
    for _ in range(tries):
        try:
            return await asyncio.wait_for(op(), per_try)
        except TimeoutError:
            continue
    raise TimeoutError(f"no answer in {tries} tries")
