"""Whoever stops early is not kept waiting for results that nobody wants.

fails: test_no_process_is_left
says: closed after two results, and then other processes still worked
seen_in: shutdown
feedback: What has begun goes on beside the caller, who believes that it is over: it writes, it
    takes a core and its memory, and the next call starts as many again. Take back what has not
    begun, `cancel_futures=True`, and wait for the rest; it is one chunk a worker.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable
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
                break
            yield from window.popleft().result()
    except GeneratorExit:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    except BaseException:
        pool.shutdown(cancel_futures=True)
        raise
    pool.shutdown()
