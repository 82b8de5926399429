"""An error that is logged is not lost.

fails: test_a_failed_audit_ends_all, test_a_late_error_of_the_audit_is_not_lost
says: as if nothing had happened
seen_in: except
feedback: A line in the log is read when somebody already knows. The caller gets quotes for which there is no
    entry in the audit log, and no way to notice it. Let the error out.
"""

import asyncio
import logging
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

    async def write() -> None:
        try:
            await audit(symbols)
        except Exception:
            logging.getLogger(__name__).info("the audit failed", exc_info=True)

    async with asyncio.TaskGroup() as group:
        group.create_task(write())
        quotes = [group.create_task(refresh(symbol)) for symbol in symbols]
    return [quote.result() for quote in quotes]
