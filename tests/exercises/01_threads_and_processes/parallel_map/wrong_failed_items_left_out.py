"""One bad item should not stop a long run.

fails: test_the_first_error_says_its_item, test_little_runs_after_an_error
seen_in: except
feedback: The caller asked for a result for each item and got a shorter list, without a word.
    Raise ItemError; whoever wants to go on can give an fn that returns outcomes.
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
        except Exception:
            pass
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
            yield from window.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
