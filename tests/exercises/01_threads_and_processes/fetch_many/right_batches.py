"""Batch after batch of as many urls as there are workers, each mapped by the pool; a slow one holds up its batch."""

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
        while batch := list(islice(source, workers)):
            outcomes += pool.map(outcome, batch)
    return outcomes
