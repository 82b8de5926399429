"""A worker that was killed was bad luck, so a new pool gets its chunks.

fails: test_a_killed_worker_is_an_error
says: worked on twice
feedback: A chunk that was lost may have been done in part: orders booked, mails sent. And if it
    is the item that eats the memory, it kills the next worker, too. Only the caller knows
    whether fn may run again: let BrokenProcessPool come out.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
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
            while len(window) < 2 * workers and (part := list(islice(source, chunk))):
                window.append((part, pool.submit(run, fn, part)))
            if not window:
                return
            try:
                results = window[0][1].result()
            except BrokenProcessPool:
                pool.shutdown()
                pool = ProcessPoolExecutor(workers)
                window = deque((part, pool.submit(run, fn, part)) for part, _ in window)
                continue
            window.popleft()
            yield from results
    finally:
        pool.shutdown(cancel_futures=True)
