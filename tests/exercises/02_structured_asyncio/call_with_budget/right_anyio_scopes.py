"""Anyio's scopes: move_on_after ends a try in silence, so every TimeoutError that is seen is op's; fail_after ends it all."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import anyio

T = TypeVar("T")


async def call_with_budget(
    op: Callable[[], Coroutine[Any, Any, T]], *, tries: int, per_try: float, total: float
) -> T:
    with anyio.fail_after(total):
        for _ in range(tries):
            with anyio.move_on_after(per_try):
                return await op()
        raise TimeoutError(f"no answer in {tries} tries")
