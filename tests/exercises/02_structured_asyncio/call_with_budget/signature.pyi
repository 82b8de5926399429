from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

async def call_with_budget(
    op: Callable[[], Coroutine[Any, Any, T]], *, tries: int, per_try: float, total: float
) -> T: ...
