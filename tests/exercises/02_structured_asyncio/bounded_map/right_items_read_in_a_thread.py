"""Reading an item may block, so a thread reads it; workers take turns at the iterator."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def bounded_map(
    fn: Callable[[T], Coroutine[Any, Any, R]], items: Iterable[T], limit: int
) -> list[R]:
    source, end, turn = enumerate(items), object(), asyncio.Lock()
    results: dict[int, R] = {}

    async def work() -> None:
        while True:
            async with turn:
                got: Any = await asyncio.to_thread(next, source, end)
            if got is end:
                return
            place, item = got
            results[place] = await fn(item)

    workers = [asyncio.create_task(work()) for _ in range(limit)]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            if not worker.cancelling():  # gather has cancelled them if it was cancelled itself
                worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    return [results[place] for place in range(len(results))]
