"""To fetch a url twice is a waste, so each is fetched once and its outcome is handed out wherever it stands.

fails: test_one_outcome_a_url_in_order
says: as many fetches of it
feedback: Whoever asks twice may want two answers: a price now and a price a moment later, or
    two pages that are changed apart. Sharing one load is a cache's work and a decision of the
    caller (the next exercise builds one); here every place is fetched.
"""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    futures: dict[str, Future[T]] = {}
    outcomes: list[Outcome[T]] = []
    window: deque[str] = deque()

    def take_oldest() -> None:
        try:
            outcomes.append(Ok(futures[window.popleft()].result()))
        except Exception as error:
            outcomes.append(Err(error))

    with ThreadPoolExecutor(workers) as pool:
        for url in urls:
            if url not in futures:
                futures[url] = pool.submit(fetch, url)
            window.append(url)
            if len(window) == workers:
                take_oldest()
        while window:
            take_oldest()
    return outcomes
