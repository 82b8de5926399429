"""When the pool is broken there is nothing more to come.

fails: test_a_killed_worker_is_an_error
says: left out in silence
seen_in: BrokenProcessPool or RuntimeError or Exception, except
feedback: A killed worker ends this generator as if all had been said, and the caller books half
    of its orders. Let BrokenProcessPool come out.
"""

from collections.abc import Callable, Generator, Iterable
from collections import deque
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
                window.append(pool.submit(run, fn, part))
            if not window:
                return
            yield from window.popleft().result()
    except BrokenProcessPool:
        return
    finally:
        pool.shutdown(cancel_futures=True)
