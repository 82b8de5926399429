"""There is no point in more workers than urls.

fails: test_one_outcome_a_url_in_order, test_an_exception_is_err, test_workers_fetch_at_once, test_urls_are_taken_as_needed, test_any_other_error_comes_out, test_an_error_of_urls_comes_out, test_no_thread_is_left
seen_in: len
feedback: `urls` may be a generator, which has no length, and for an empty list your pool gets 0
    workers and raises. A pool starts its threads only when there is something to do: give it
    `workers`.
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

    with ThreadPoolExecutor(min(workers, len(urls))) as pool:
        for url in urls:
            window.append(pool.submit(fetch, url))
            if len(window) == workers:
                take_oldest()
        while window:
            take_oldest()
    return outcomes
