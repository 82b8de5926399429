"""Submit every chunk, then yield the results in order.

fails: test_items_are_taken_as_they_are_needed, test_little_runs_after_an_error
seen_in: submit
feedback: `submit` in a comprehension takes all items before the first result is yielded, and
    has the pool work on all of them after an error. Keep a window: a few chunks ahead, and the
    next one when a result has been taken.
"""

from collections.abc import Callable, Generator, Iterable
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


def parallel_map(
    fn: Callable[[T], R], items: Iterable[T], *, workers: int, chunk: int
) -> Generator[R, None, None]:
    source = iter(items)
    with ProcessPoolExecutor(workers) as pool:
        parts = iter(lambda: list(islice(source, chunk)), [])
        futures = [pool.submit(run, fn, part) for part in parts]
        for future in futures:
            yield from future.result()
