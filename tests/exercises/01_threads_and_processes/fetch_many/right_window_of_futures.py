"""A window of futures in input order, twice as long as there are workers; the caller waits for the oldest."""

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
            if len(window) == 2 * workers:
                take_oldest()
            window.append(pool.submit(fetch, url))
        while window:
            take_oldest()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return outcomes
