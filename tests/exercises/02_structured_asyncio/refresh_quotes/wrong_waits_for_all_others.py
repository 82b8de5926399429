"""`return_exceptions=True`, and then look for an error.

fails: test_a_failed_fetch_ends_all, test_a_failed_audit_ends_all
says: ; SALT, TEA, the audit went on
seen_in: return_exceptions
feedback: Nothing runs on behind the caller's back, because the caller waits: for fetches whose quotes are of no
    use any more. What has lost its purpose must be cancelled, not waited for.
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

    results = await asyncio.gather(
        *[refresh(symbol) for symbol in symbols], audit(symbols), return_exceptions=True
    )
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return results[:-1]
