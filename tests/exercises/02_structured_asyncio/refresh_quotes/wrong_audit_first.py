"""First the audit, then the fetches: then nothing runs in the background.

fails: test_all_run_at_the_same_time
says: 'TEA': 4.0
feedback: Nothing runs in the background, and every caller waits for the audit log before the first quote is
    asked for. It needs no quote: let it run beside the fetches, in the same group.
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

    await audit(symbols)
    async with asyncio.TaskGroup() as group:
        quotes = [group.create_task(refresh(symbol)) for symbol in symbols]
    return [quote.result() for quote in quotes]
