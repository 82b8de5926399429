"""A hundred urls ahead is few enough.

fails: test_urls_are_taken_as_needed, test_any_other_error_comes_out
feedback: A fixed number looks small until the urls come slowly or the pages are large, and
    after a failure a hundred fetches still follow. Tie what you take to `workers`: one more for
    each that has ended.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    def outcome(url: str) -> Outcome[T]:
        try:
            return Ok(fetch(url))
        except Exception as error:
            return Err(error)

    source = iter(urls)
    outcomes: list[Outcome[T]] = []
    with ThreadPoolExecutor(workers) as pool:
        while batch := list(islice(source, 100)):
            outcomes += pool.map(outcome, batch)
    return outcomes
