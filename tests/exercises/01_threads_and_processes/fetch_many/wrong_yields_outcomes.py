"""Outcomes are best handed out one by one, so fetch_many is a generator.

fails: test_one_outcome_a_url_in_order, test_any_value_is_ok, test_an_exception_is_err, test_workers_fetch_at_once, test_any_other_error_comes_out, test_an_error_of_urls_comes_out, test_no_thread_is_left
seen_in: yield
feedback: A call of a generator function does nothing: no fetch begins before somebody iterates,
    and whoever never does, or stops in the middle, leaves threads behind until the generator is
    closed. It is a good design with another contract; here a list is asked for.
"""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    window: deque[Future[T]] = deque()

    def oldest() -> Outcome[T]:
        try:
            return Ok(window.popleft().result())
        except Exception as error:
            return Err(error)

    with ThreadPoolExecutor(workers) as pool:
        for url in urls:
            window.append(pool.submit(fetch, url))
            if len(window) == workers:
                yield oldest()
        while window:
            yield oldest()
