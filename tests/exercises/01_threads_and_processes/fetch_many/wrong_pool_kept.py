"""A pool is expensive, so one is made and kept for the next call.

fails: test_no_thread_is_left
says: and 12 urls fetch_many returned
seen_in: ThreadPoolExecutor or ThreadPool
feedback: The pool's threads are alive when fetch_many has returned, and nobody can end them:
    the caller never sees the pool. If threads are to be kept, take the pool as an argument; a
    pool that you make is yours to shut down, best by `with`.
"""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cache
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    outcomes: list[Outcome[T]] = []
    window: deque[Future[T]] = deque()
    pool = pool_of(workers)

    def take_oldest() -> None:
        try:
            outcomes.append(Ok(window.popleft().result()))
        except Exception as error:
            outcomes.append(Err(error))

    try:
        for url in urls:
            window.append(pool.submit(fetch, url))
            if len(window) == workers:
                take_oldest()
        while window:
            take_oldest()
    finally:
        wait(window)
    return outcomes


@cache
def pool_of(workers: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(workers)
