"""More threads than cores cannot run at once.

fails: test_workers_fetch_at_once
says: workers=40 and 40 urls, each fetch waited
seen_in: cpu_count or process_cpu_count
feedback: Threads that wait for a shop need no core: forty of them wait as well as two. Take
    `workers` as it is; whoever calls knows what the shops can bear.
"""

import os
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

    with ThreadPoolExecutor(min(workers, (os.cpu_count() or 1) + 4, 32)) as pool:
        for url in urls:
            window.append(pool.submit(fetch, url))
            if len(window) == workers:
                take_oldest()
        while window:
            take_oldest()
    return outcomes
