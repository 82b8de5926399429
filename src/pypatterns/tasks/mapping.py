"""Map a coroutine function over items, a few at a time: in order, taken as needed, over at the first error.

>>> await bounded_map(fetch_price, urls, limit=8)
[320, 410, …]

The twin of `pypatterns.concurrency.parallel_map` for work that waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def bounded_map(
    fn: Callable[[T], Coroutine[Any, Any, R]], items: Iterable[T], limit: int
) -> list[R]:
    """Await `fn(item)` for each item, `limit` of them at a time; the results in the order of `items`.

    An item is taken when there is a free place for it, so `items` may be long and slow. If a call or `items` raises, the
    others are cancelled, and when they have ended, an `ExceptionGroup` of what was raised comes out. Whoever cancels the
    caller cancels all calls. None of them is running when this returns or raises.

    Raises `ValueError` if `limit` is less than 1.
    """
    if limit < 1:
        raise ValueError(f"limit is {limit}; at least one call must be allowed to run")
    source = enumerate(items)
    results: dict[int, R] = {}

    async def work() -> None:
        for place, item in source:  # one iterator for all: who is free takes the next
            results[place] = await fn(item)

    async with asyncio.TaskGroup() as group:
        workers = [group.create_task(work()) for _ in range(limit)]
        # At the block's end a failure would leave the caller's task counted as cancelled, up to Python 3.12.
        await asyncio.wait(workers)
    for worker in workers:
        worker.result()  # a group does not tell of a child that was cancelled by somebody else
    return [results[place] for place in range(len(results))]
