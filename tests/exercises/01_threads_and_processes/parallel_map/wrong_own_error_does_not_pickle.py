"""An exception class of one's own carries item and error home.

fails: test_the_first_error_says_its_item
says: BrokenProcessPool
seen_in: class
feedback: An exception is pickled as its class and its `args`, and made anew from them. A class
    whose `__init__` wants something else cannot be, and the pool breaks, or raises TypeError.
    ItemError pickles.
"""

from collections.abc import Callable, Generator, Iterable
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from typing import TypeVar

from pypatterns.concurrency import ItemError

T = TypeVar("T")
R = TypeVar("R")


class ChunkFailed(Exception):
    def __init__(self, item, error):
        super().__init__(f"{item!r} failed: {error}")
        self.item, self.error = item, error


def run(fn, part):
    results = []
    for item in part:
        try:
            results.append(fn(item))
        except Exception as error:
            raise ChunkFailed(item, error) from error
    return results


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
            try:
                yield from window.popleft().result()
            except ChunkFailed as failed:
                raise ItemError(failed.item, failed.error) from failed
    finally:
        pool.shutdown(cancel_futures=True)
