"""Anyio: `start_soon` gives no task, so the quotes come back through the cache."""

from collections.abc import Callable, Coroutine, MutableMapping, Sequence
from typing import Any, TypeVar

import anyio

T = TypeVar("T")


async def refresh_quotes(
    symbols: Sequence[str],
    fetch: Callable[[str], Coroutine[Any, Any, T]],
    cache: MutableMapping[str, T],
    audit: Callable[[Sequence[str]], Coroutine[Any, Any, None]],
) -> list[T]:
    async def refresh(symbol: str) -> None:
        cache[symbol] = await fetch(symbol)

    async with anyio.create_task_group() as group:
        group.start_soon(audit, symbols)
        for symbol in symbols:
            group.start_soon(refresh, symbol)
    return [cache[symbol] for symbol in symbols]
