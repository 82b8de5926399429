"""Half of the quotes are better than none.

fails: test_cancelling_the_caller_cancels_all
says: expected CancelledError to come out
seen_in: except
feedback: Your caller was cancelled, and you return what you have. Then its timeout does not fire, and its
    shutdown goes on waiting. Raise CancelledError again when you have cleaned up.
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
    async def refresh(symbol: str) -> T:
        quote = cache[symbol] = await fetch(symbol)
        return quote

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(audit(symbols))
            for symbol in symbols:
                group.create_task(refresh(symbol))
    except asyncio.CancelledError:
        pass
    return [cache[symbol] for symbol in symbols if symbol in cache]
