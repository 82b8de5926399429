"""`except Exception` is where cleaning up belongs.

fails: test_cancelling_the_caller_cancels_all_calls, test_no_task_is_left
seen_in: except, asyncio.wait
feedback: CancelledError is no Exception, so when the caller is cancelled your clean-up does not run, and
    `asyncio.wait` cancels none of its tasks by itself. `finally` runs in every case.
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
    except Exception:
        for task in places:
            task.cancel()
        await asyncio.gather(*places, return_exceptions=True)
        raise
