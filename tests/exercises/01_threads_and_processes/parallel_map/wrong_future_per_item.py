"""A pool balances best when each item is a task of its own.

fails: test_a_chunk_is_one_message
says: each item in its own
seen_in: submit or map or apply_async
feedback: Each future is a message there and one back, some tenth of a millisecond each. Send
    `chunk` items in one message.
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
            for item in islice(source, 2 * workers * chunk - len(window)):
                window.append(pool.submit(run, fn, [item]))
            if not window:
                return
            yield from window.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
