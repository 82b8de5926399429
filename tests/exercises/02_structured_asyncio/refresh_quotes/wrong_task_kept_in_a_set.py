"""Whoever keeps a reference owns the task.

fails: test_quotes_come_in_order, test_a_failed_fetch_ends_all, test_a_failed_audit_ends_all, test_a_late_error_of_the_audit_is_not_lost, test_cancelling_the_caller_cancels_all, test_no_task_is_left
seen_in: create_task, add
feedback: The set keeps the task from being collected, no more. Nobody awaits it, so it outlives the call, and
    its error ends as a message in the log, or nowhere.
"""

import asyncio
from collections.abc import Callable, Coroutine, MutableMapping, Sequence
from typing import Any, TypeVar

T = TypeVar("T")

background: set[asyncio.Task[None]] = set()


async def refresh_quotes(
    symbols: Sequence[str],
    fetch: Callable[[str], Coroutine[Any, Any, T]],
    cache: MutableMapping[str, T],
    audit: Callable[[Sequence[str]], Coroutine[Any, Any, None]],
) -> list[T]:
    async def refresh(symbol: str) -> T:
        quote = cache[symbol] = await fetch(symbol)
        return quote

    task = asyncio.create_task(audit(symbols))
    background.add(task)
    task.add_done_callback(background.discard)
    async with asyncio.TaskGroup() as group:
        quotes = [group.create_task(refresh(symbol)) for symbol in symbols]
    return [quote.result() for quote in quotes]
