"""`as_completed` gives each quote as early as possible.

fails: test_quotes_come_in_order
says: in the order of symbols
seen_in: as_completed
feedback: The quotes come in the order in which they arrived, and the caller reads them in the order of symbols.
    Nobody notices until a price is bought at another one's.
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

    async with asyncio.TaskGroup() as group:
        group.create_task(audit(symbols))
        tasks = [group.create_task(refresh(symbol)) for symbol in symbols]
        return [await each for each in asyncio.as_completed(tasks)]
