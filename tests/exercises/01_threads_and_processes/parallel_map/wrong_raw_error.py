"""The error that fn raised says enough.

fails: test_the_first_error_says_its_item
says: but it raised KeyError
feedback: It says what went wrong and not where. Catch it beside the item, in the worker, and
    raise ItemError(item, error) there or at home.
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
    return [fn(item) for item in part]


def parallel_map(
    fn: Callable[[T], R], items: Iterable[T], *, workers: int, chunk: int
) -> Generator[R, None, None]:
    source, window = iter(items), deque()
    pool = ProcessPoolExecutor(workers)
    try:
        while True:
            while len(window) < 2 * workers and (part := list(islice(source, chunk))):
                window.append(pool.submit(run, fn, part))
            if not window:
                return
            yield from window.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
