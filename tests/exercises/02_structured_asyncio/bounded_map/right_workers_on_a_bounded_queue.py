"""A producer fills a short queue, `limit` workers empty it, and a marker for each of them ends it; the first error comes out bare."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def bounded_map(
    fn: Callable[[T], Coroutine[Any, Any, R]], items: Iterable[T], limit: int
) -> list[R]:
    queue: asyncio.Queue[Any] = asyncio.Queue(maxsize=1)
    results: dict[int, R] = {}
    end = object()

    async def work() -> None:
        while (got := await queue.get()) is not end:
            place, item = got
            results[place] = await fn(item)

    error: BaseException | None = None
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(limit):
                group.create_task(work())
            for got in enumerate(items):
                await queue.put(got)
            for _ in range(limit):
                await queue.put(end)
    except* Exception as failures:
        error = failures.exceptions[0]
    if error is not None:
        raise error
    return [results[place] for place in range(len(results))]
