"""A hundred chunks ahead keep every worker busy.

fails: test_items_are_taken_as_they_are_needed, test_little_runs_after_an_error
seen_in: deque or islice
feedback: Two chunks a worker keep every worker busy: one in work, one waiting. A hundred are
    memory, and work that is thrown away after an error.
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
            while len(window) < 100 and (part := list(islice(source, chunk))):
                window.append(pool.submit(run, fn, part))
            if not window:
                return
            yield from window.popleft().result()
    finally:
        pool.shutdown()
