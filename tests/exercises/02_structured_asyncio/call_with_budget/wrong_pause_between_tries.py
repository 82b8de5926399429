"""Before the next try one waits a moment, as always.

fails: test_a_slow_try_makes_room_for_the_next, test_the_tries_are_used_up, test_any_other_error_comes_out, test_a_timeout_error_of_op_comes_out
seen_in: sleep
feedback: The call that was cut off has waited long enough, and your pause is taken from the time of the tries that
    follow. Back off after a refusal, not after a silence.
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
            await asyncio.sleep(0.25)
    raise TimeoutError(f"no answer in {tries} tries")
