"""Whoever is done first is yielded first.

fails: test_results_come_in_order_from_other_processes
may_fail: test_the_first_error_says_its_item, test_little_runs_after_an_error (a chunk that is late lets any number
    of later ones pass it)
says: The first item took longest
seen_in: as_completed or wait or FIRST_COMPLETED
feedback: `wait(..., FIRST_COMPLETED)` and `as_completed` give results in the order in which
    they are done. Keep the futures in the order of their chunks, and take the oldest.
"""

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
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
    source, running = iter(items), set()
    pool = ProcessPoolExecutor(workers)
    try:
        while True:
            while len(running) < 2 * workers and (part := list(islice(source, chunk))):
                running.add(pool.submit(run, fn, part))
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield from future.result()
    finally:
        pool.shutdown(cancel_futures=True)
