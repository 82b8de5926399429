"""Without tasks nothing can leak.

fails: test_all_run_at_the_same_time
says: 'TEA': 2.0
feedback: Each fetch waits for the one before. A leak is mended by ending tasks, not by having none: with twenty
    symbols this takes twenty times as long.
"""

import asyncio
from collections.abc import Callable, Coroutine, MutableMapping, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def refresh_quotes(
    symbols: Sequence[str],
    fetch: Callable[[str], Coroutine[Any, Any, T]],
    cache: MutableMapping[str, T],
    audit: Callable[[Sequence[str]], Coroutine[Any, Any, None]],
) -> list[T]:
    async with asyncio.TaskGroup() as group:
        group.create_task(audit(symbols))
        for symbol in symbols:
            cache[symbol] = await fetch(symbol)
    return [cache[symbol] for symbol in symbols]
