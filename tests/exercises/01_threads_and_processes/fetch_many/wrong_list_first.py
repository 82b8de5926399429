"""Urls are only short strings, so a list of them costs nothing, and its length is known.

fails: test_urls_are_taken_as_needed
says: all of them were taken
seen_in: list
feedback: `list(urls)` reads the whole file, or asks for all pages of the list, before the first
    fetch begins; where urls never end it never returns. Take the next one when a fetch has
    ended: `iter` and `next`, or a `for` that waits in its body.
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

    everything = list(urls)
    outcomes: list[Outcome[T]] = []
    with ThreadPoolExecutor(workers) as pool:
        for first in range(0, len(everything), workers):
            outcomes += pool.map(outcome, everything[first : first + workers])
    return outcomes
