"""After a failure there is nothing to wait for: shutdown(wait=False) lets the caller go on at once.

fails: test_no_thread_is_left
says: were still running
seen_in: shutdown
feedback: A thread cannot be stopped from outside: it goes on with its request while your caller
    believes that all is over, closes the client, and starts again. Leave only when every fetch
    that has begun has ended; the time limit belongs into fetch.
"""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    outcomes: list[Outcome[T]] = []
    window: deque[Future[T]] = deque()

    def take_oldest() -> None:
        try:
            outcomes.append(Ok(window.popleft().result()))
        except Exception as error:
            outcomes.append(Err(error))

    pool = ThreadPoolExecutor(workers)
    try:
        for url in urls:
            window.append(pool.submit(fetch, url))
            if len(window) == workers:
                take_oldest()
        while window:
            take_oldest()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return outcomes
