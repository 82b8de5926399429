"""What op does is wrapped where it is called, so a TimeoutError of wait_for can only be ours; the budget is one of time.monotonic."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

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
            outcome = await asyncio.wait_for(outcome_of(op), min(per_try, left))
        except TimeoutError:
            continue
        if isinstance(outcome, Err):
            raise outcome.error
        return outcome.value
    raise TimeoutError(f"the budget of {total} s is spent")


async def outcome_of(op: Callable[[], Coroutine[Any, Any, T]]) -> Outcome[T]:
    try:
        return Ok(await op())
    except Exception as error:
        return Err(error)
