"""`executor.map(chunksize=)` does all of this already.

fails: test_items_are_taken_as_they_are_needed, test_the_first_error_says_its_item
may_fail: test_little_runs_after_an_error (what has not begun is cancelled, and how much that is depends on the machine)
seen_in: ProcessPoolExecutor.map
feedback: `Executor.map` takes all of its input before it gives the first result, and an error
    comes out without its item. Its `chunksize` is what you need; its greed is not.
"""

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

from pypatterns.concurrency import ItemError

T = TypeVar("T")
R = TypeVar("R")


def parallel_map(
    fn: Callable[[T], R], items: Iterable[T], *, workers: int, chunk: int
) -> Generator[R, None, None]:
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(fn, items, chunksize=chunk)
