"""Most errors of a network are gone at the second try, so each url gets one.

fails: test_an_exception_is_err
says: got Ok(value=Page
feedback: Whether a request may be sent twice only the caller knows: a second order is a second
    delivery. What fetch raises is its outcome; who wants another try hands in a fetch that
    tries again.
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
        except Exception:
            try:
                return Ok(fetch(url))
            except Exception as error:
                return Err(error)

    source = iter(urls)
    outcomes: list[Outcome[T]] = []
    with ThreadPoolExecutor(workers) as pool:
        while batch := list(islice(source, workers)):
            outcomes += pool.map(outcome, batch)
    return outcomes
