"""A generator may begin with everything done.

fails: test_items_are_taken_as_they_are_needed, test_the_first_error_says_its_item
seen_in: gather or run_in_executor or list
feedback: All results are computed before the first one is yielded: endless items never give
    any, and the chunks before an error are lost. Yield what is there, and go on.
"""

from collections.abc import Callable, Generator, Iterable
import asyncio
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from typing import TypeVar

from pypatterns.concurrency import ItemError

T = TypeVar("T")
R = TypeVar("R")


def run(fn, part):
    results = []
    for item in part:
        try:
            results.append(fn(item))
        except Exception as error:
            raise ItemError(item, error) from None
    return results


async def everything(fn, source, workers, chunk):
    loop, results = asyncio.get_running_loop(), []
    with ProcessPoolExecutor(workers) as pool:
        while True:
            parts = [part for _ in range(2 * workers) if (part := list(islice(source, chunk)))]
            if not parts:
                return results
            for done in await asyncio.gather(
                *[loop.run_in_executor(pool, run, fn, p) for p in parts]
            ):
                results += done


def parallel_map(
    fn: Callable[[T], R], items: Iterable[T], *, workers: int, chunk: int
) -> Generator[R, None, None]:
    results = asyncio.run(everything(fn, iter(items), workers, chunk))
    yield from results
