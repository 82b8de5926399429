"""Call something that may hang: each try has a limit, and all of them together have one.

>>> await call_with_budget(ask_the_shop, tries=3, per_try=2.0, total=5.0)
320
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def call_with_budget(
    op: Callable[[], Coroutine[Any, Any, T]], *, tries: int, per_try: float, total: float
) -> T:
    """Call `op` until it answers, each try within `per_try` seconds and all of them within `total`.

    A try that takes too long is cancelled, and the next one starts at once, up to `tries`. Whatever `op` raises comes out
    as it is, after that one try, its own `TimeoutError` included: only our limits are a reason to try again.

    Raises `TimeoutError` when the budget is spent, with that of the last try as its cause, and `ValueError` if `tries` is
    less than 1.
    """
    if tries < 1:
        raise ValueError(f"tries is {tries}; without one there is nothing to return")
    last: TimeoutError | None = None
    budget = asyncio.timeout(total)
    try:
        async with budget:
            for _ in range(tries):
                limit = asyncio.timeout(per_try)
                try:
                    async with limit:
                        return await op()
                except TimeoutError as error:
                    if not limit.expired():
                        raise
                    last = error
    except TimeoutError as error:
        if not budget.expired():
            raise
        raise TimeoutError(f"no answer within {total:g} s") from (last or error)
    raise TimeoutError(f"no answer in {tries} tries of {per_try:g} s") from last
