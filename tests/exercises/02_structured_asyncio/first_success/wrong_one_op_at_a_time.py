"""An op that takes longer than the stagger is too slow.

fails: test_ops_start_stagger_seconds_apart, test_the_first_value_is_returned, test_the_others_are_over_when_a_value_is_returned, test_all_errors_come_out_when_all_fail
seen_in: wait_for or timeout
feedback: `wait_for` cancels the op when the next one's turn comes. A mirror that answers after three seconds
    never answers, and if all are a little slow you get nothing. The stagger says when the next op starts, not
    when this one ends.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def first_success(
    ops: Sequence[Callable[[], Coroutine[Any, Any, T]]], *, stagger: float
) -> T:
    errors: list[Exception] = []
    for op in ops:
        try:
            return await asyncio.wait_for(op(), stagger)
        except Exception as error:
            errors.append(error)
    raise ExceptionGroup("no op succeeded", errors)
