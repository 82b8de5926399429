"""A future's result is taken where it is submitted, and the pool does the rest.

fails: test_workers_fetch_at_once
says: at most 1 ran
seen_in: result
feedback: `submit(…).result()` waits for this fetch before the next one is submitted: many
    workers, and one at work. Submit several, and wait only when enough are running.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    outcomes: list[Outcome[T]] = []
    with ThreadPoolExecutor(workers) as pool:
        for url in urls:
            try:
                outcomes.append(Ok(pool.submit(fetch, url).result()))
            except Exception as error:
                outcomes.append(Err(error))
    return outcomes
