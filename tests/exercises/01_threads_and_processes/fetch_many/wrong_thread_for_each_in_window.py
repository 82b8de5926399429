"""A window twice as long keeps the threads busy, and each url in it has its own thread.

fails: test_workers_fetch_at_once
says: were running at the same time
seen_in: Thread or submit
feedback: `workers` says how many fetches the shops can bear at once, and you run twice as many.
    A window may be longer than the pool is wide: let urls wait in it, not run.
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

    with ThreadPoolExecutor() as pool:
        for url in urls:
            if len(window) == workers + 1:
                take_oldest()
            window.append(pool.submit(fetch, url))
        while window:
            take_oldest()
    return outcomes
