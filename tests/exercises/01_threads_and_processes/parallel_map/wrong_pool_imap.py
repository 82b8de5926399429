"""`Pool.imap` is lazy, so it takes items as they are needed.

fails: test_items_are_taken_as_they_are_needed, test_the_first_error_says_its_item, test_a_killed_worker_is_an_error
may_fail: test_little_runs_after_an_error (leaving the pool kills its workers, perhaps before they have done much)
seen_in: imap
feedback: `imap` hands out results one by one, but a thread of the pool takes all items at once.
    And a worker that is killed is replaced while its task is lost, so `imap` waits for that
    result for ever.
"""

from collections.abc import Callable, Generator, Iterable
from multiprocessing import Pool
from typing import TypeVar

from pypatterns.concurrency import ItemError

T = TypeVar("T")
R = TypeVar("R")


def parallel_map(
    fn: Callable[[T], R], items: Iterable[T], *, workers: int, chunk: int
) -> Generator[R, None, None]:
    with Pool(workers) as pool:
        yield from pool.imap(fn, items, chunksize=chunk)
