"""One more `cancel()` in the `finally` does no harm.

fails: test_cancelling_the_caller_cancels_all_calls
says: a second time, in the middle of their clean-up
seen_in: gather, cancel, finally
feedback: When the caller is cancelled, `gather` cancels all workers, and comes back when the first of them has ended. Your
    `finally` cancels the others once more, and that CancelledError is raised in the middle of their clean-up.
    `task.cancelling()` tells that a task has been asked already; a TaskGroup asks once.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def bounded_map(
    fn: Callable[[T], Coroutine[Any, Any, R]], items: Iterable[T], limit: int
) -> list[R]:
    source = enumerate(items)
    results: dict[int, R] = {}

    async def work() -> None:
        for place, item in source:
            results[place] = await fn(item)

    workers = [asyncio.create_task(work()) for _ in range(limit)]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    return [results[place] for place in range(len(results))]
