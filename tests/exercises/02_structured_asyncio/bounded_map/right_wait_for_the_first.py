"""A set of running tasks, topped up whenever the first of them ends; whatever happens, `finally` sees all to their end."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from itertools import islice
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def bounded_map(
    fn: Callable[[T], Coroutine[Any, Any, R]], items: Iterable[T], limit: int
) -> list[R]:
    places: dict[asyncio.Task[R], int] = {}
    results: dict[int, R] = {}
    source = enumerate(items)
    try:
        while True:
            for place, item in islice(source, limit - len(places)):
                places[asyncio.create_task(fn(item))] = place
            if not places:
                return [results[place] for place in range(len(results))]
            done, _ = await asyncio.wait(places, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                results[places.pop(task)] = task.result()
    finally:
        for task in places:
            task.cancel()
        await asyncio.gather(*places, return_exceptions=True)
