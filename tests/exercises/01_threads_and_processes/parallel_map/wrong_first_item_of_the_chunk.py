"""The chunk is known, so its first item will do.

fails: test_the_first_error_says_its_item
says: the first of its chunk
feedback: The item that is named is the first of the chunk, not the one that failed. Only the
    worker knows how far it came: have it say so.
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
                window.append((part[0], pool.submit(run, fn, part)))
            if not window:
                return
            first, future = window.popleft()
            try:
                results = future.result()
            except RuntimeError:
                raise
            except Exception as error:
                raise ItemError(first, error) from error
            yield from results
    finally:
        pool.shutdown(cancel_futures=True)
