"""The audit is awaited before we return, so its error cannot be lost.

fails: test_a_failed_fetch_ends_all, test_a_failed_audit_ends_all, test_cancelling_the_caller_cancels_all, test_no_task_is_left
says: ; the audit went on
seen_in: create_task or ensure_future
feedback: It is lost where you do not come to that line: when a fetch fails or the caller is cancelled, the
    audit runs on alone. And when it fails first, you learn of it after the last fetch. Put it into the group.
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

    written = asyncio.create_task(audit(symbols))
    async with asyncio.TaskGroup() as group:
        quotes = [group.create_task(refresh(symbol)) for symbol in symbols]
    await written
    return [quote.result() for quote in quotes]
