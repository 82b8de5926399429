"""Each call makes one try and leaves the rest of the budget to a call of itself."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def call_with_budget(
    op: Callable[[], Coroutine[Any, Any, T]], *, tries: int, per_try: float, total: float
) -> T:
    if tries < 1 or total <= 0:
        raise TimeoutError("the budget is spent")
    loop = asyncio.get_running_loop()
    began = loop.time()
    limit = asyncio.timeout(min(per_try, total))
    try:
        async with limit:
            return await op()
    except TimeoutError:
        if not limit.expired():
            raise
    left = total - (loop.time() - began)
    return await call_with_budget(op, tries=tries - 1, per_try=per_try, total=left)
