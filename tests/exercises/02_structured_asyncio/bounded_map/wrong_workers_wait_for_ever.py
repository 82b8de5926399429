"""`queue.join()` says that the work is done, so the workers are done, too.

fails: test_an_error_comes_out_after_the_others_have_cleaned_up, test_nothing_starts_after_a_failure, test_cancelling_the_caller_cancels_all_calls, test_no_task_is_left
seen_in: Queue.join
feedback: After `queue.join()` your workers still wait in `queue.get()`, for ever, and nobody cancels them. A
    worker that dies of an error leaves the others at work, and `join` waits for its item without end.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def bounded_map(
    fn: Callable[[T], Coroutine[Any, Any, R]], items: Iterable[T], limit: int
) -> list[R]:
    queue: asyncio.Queue[tuple[int, T]] = asyncio.Queue(maxsize=1)
    results: dict[int, R] = {}

    async def work() -> None:
        while True:
            place, item = await queue.get()
            results[place] = await fn(item)
            queue.task_done()

    for _ in range(limit):
        asyncio.create_task(work())
    for got in enumerate(items):
        await queue.put(got)
    await queue.join()
    return [results[place] for place in range(len(results))]
