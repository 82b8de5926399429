"""When the quotes are there, whatever still runs is cancelled.

fails: test_quotes_come_in_order, test_a_late_error_of_the_audit_is_not_lost, test_cancelling_the_caller_cancels_all
says: had been cancelled; expected it to be done
seen_in: cancel
feedback: Cancelling the audit keeps the event loop tidy and the audit log empty. The audit is half of what the
    caller asked for: wait for it.
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
        written = group.create_task(audit(symbols))
        quotes = [group.create_task(refresh(symbol)) for symbol in symbols]
        for quote in quotes:
            await quote
        written.cancel()
    return [quote.result() for quote in quotes]
