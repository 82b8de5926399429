"""`cancel()` ends a task.

fails: test_an_error_comes_out_after_the_others_have_cleaned_up, test_cancelling_the_caller_cancels_all_calls, test_no_task_is_left
says: only asks
seen_in: cancel
feedback: `task.cancel()` asks the task to end; its `finally` blocks run later, and may take time. Await the
    task, or your caller goes on while connections are still open.
"""

import asyncio
from itertools import islice
from collections.abc import Callable, Coroutine, Iterable
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
