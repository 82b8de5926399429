"""A TaskGroup round the audit, and inside of it one for the fetches; the first error comes out of both groups bare."""

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

    errors: list[BaseException] = []
    quotes: list[asyncio.Task[T]] = []
    try:
        async with asyncio.TaskGroup() as beside:
            beside.create_task(audit(symbols))
            async with asyncio.TaskGroup() as group:
                quotes += [group.create_task(refresh(symbol)) for symbol in symbols]
    except* Exception as failures:
        errors += failures.exceptions
    if errors:
        error = errors[0]
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        raise error
    return [quote.result() for quote in quotes]
