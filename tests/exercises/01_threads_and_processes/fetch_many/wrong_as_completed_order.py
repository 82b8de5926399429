"""Outcomes are collected as they come, and whoever needs the order can sort.

fails: test_one_outcome_a_url_in_order
says: the outcome of another url
seen_in: as_completed or wait
feedback: Fetches end in any order, and an outcome does not say which url it belongs to: sorted
    by arrival it stands at somebody else's place. Remember each future's place when you submit
    it.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    outcomes: list[Outcome[T]] = []
    running: set[Future[T]] = set()

    def collect() -> None:
        nonlocal running
        done, running = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            try:
                outcomes.append(Ok(future.result()))
            except Exception as error:
                outcomes.append(Err(error))

    with ThreadPoolExecutor(workers) as pool:
        for url in urls:
            running.add(pool.submit(fetch, url))
            if len(running) >= workers:
                collect()
        while running:
            collect()
    return outcomes
