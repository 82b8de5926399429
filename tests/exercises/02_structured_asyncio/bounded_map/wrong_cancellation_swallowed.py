"""After cancelling the calls there is nothing more to do.

fails: test_cancelling_the_caller_cancels_all_calls
says: expected CancelledError
seen_in: except
feedback: You catch the CancelledError of your caller and return. Then nobody above you learns of it: a timeout
    round this call does not fire, a shutdown waits. Raise it again.
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
    except BaseException as error:
        for task in places:
            task.cancel()
        await asyncio.gather(*places, return_exceptions=True)
        if isinstance(error, asyncio.CancelledError):
            return [results[place] for place in sorted(results)]
        raise
