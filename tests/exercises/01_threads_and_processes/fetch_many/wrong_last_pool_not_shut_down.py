"""A pool that nobody refers to any more ends its threads by itself.

fails: test_no_thread_is_left
says: when fetch had raised Halt
seen_in: ThreadPoolExecutor or ThreadPool
feedback: It does, at some time after the last reference is gone. An exception keeps your
    function's frame, and with it the pool, alive as long as somebody keeps the exception. Say
    when it ends: `with ThreadPoolExecutor(…) as pool:`.
"""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    outcomes: list[Outcome[T]] = []
    window: deque[Future[T]] = deque()
    pool = ThreadPoolExecutor(workers)

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
