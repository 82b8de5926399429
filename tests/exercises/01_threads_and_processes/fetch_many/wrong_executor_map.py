"""executor.map is lazy, as map is.

fails: test_urls_are_taken_as_needed, test_any_other_error_comes_out, test_an_error_of_urls_comes_out
seen_in: ThreadPoolExecutor.map
feedback: `Executor.map` gives its results lazily and takes its input eagerly: it submits a task
    for every url before it returns (Python 3.14 has `buffersize` for that). Keep a window of
    futures instead, or map batch after batch.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    def outcome(url: str) -> Outcome[T]:
        try:
            return Ok(fetch(url))
        except Exception as error:
            return Err(error)

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(outcome, urls))
