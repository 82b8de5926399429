"""The pool is shut down when all results have been yielded.

fails: test_no_process_is_left
says: closed after two results, and child processes are still there
seen_in: shutdown
feedback: After an error, or when the caller stops early, the last line is never reached, and
    the workers stay for as long as your program runs. `finally` (or `with`) is reached in every
    case.
"""

from collections.abc import Callable, Generator, Iterable
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from typing import TypeVar

from pypatterns.concurrency import ItemError

T = TypeVar("T")
R = TypeVar("R")


POOLS = {}  # so that two calls share their workers


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
    pool = POOLS.setdefault(workers, ProcessPoolExecutor(workers))
    while True:
        while len(window) < 2 * workers and (part := list(islice(source, chunk))):
            window.append(pool.submit(run, fn, part))
        if not window:
            break
        yield from window.popleft().result()
    pool.shutdown()
    del POOLS[workers]
