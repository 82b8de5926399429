"""Three chunks for each worker are as good a window as two.

fails: test_items_are_taken_as_they_are_needed
seen_in: submit or run_in_executor or apply_async
feedback: A window of three chunks for each worker is within the limit for two workers, and beyond it from three workers on.
    The limit is two chunks for each worker, and two more for all of them together.
"""

from collections.abc import Callable, Generator, Iterable
from collections import deque
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
    source, window = iter(items), deque()
    pool = ProcessPoolExecutor(workers)
    try:
        while True:
            while len(window) < 3 * workers and (part := list(islice(source, chunk))):
                window.append(pool.submit(run, fn, part))
            if not window:
                return
            yield from window.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
