"""A worker that was killed was bad luck, so a new pool gets its chunks.

fails: test_a_killed_worker_is_an_error
says: worked on twice
seen_in: except
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
    source = iter(items)
    chunks = iter(lambda: list(islice(source, chunk)), [])
    parts, futures = deque(), deque()
    pool = ProcessPoolExecutor(workers)
    try:
        while True:
            parts.extend(islice(chunks, 2 * workers - len(parts)))
            if not parts:
                return
            try:
                for part in islice(parts, len(futures), None):
                    futures.append(pool.submit(run, fn, part))
                results = futures[0].result()
            except BrokenProcessPool:
                pool.shutdown()
                pool = ProcessPoolExecutor(workers)
                futures.clear()
                continue
            parts.popleft()
            futures.popleft()
            yield from results
    finally:
        pool.shutdown(cancel_futures=True)
