"""The caller needs to know which url failed, so the error is wrapped in one that names it.

fails: test_an_exception_is_err
says: ConnectionError('reset by the shop')) with that very object, got Err(error=RuntimeError
seen_in: RuntimeError
feedback: The caller who wants to retry after a TimeoutError finds a RuntimeError, and has to
    read its text. Err holds what was raised; the place in the list already says which url it
    was (and `error.add_note(url)` can say it, too).
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
            return Err(RuntimeError(f"{url}: {error!r}"))

    source = iter(urls)
    outcomes: list[Outcome[T]] = []
    with ThreadPoolExecutor(workers) as pool:
        while batch := list(islice(source, workers)):
            outcomes += pool.map(outcome, batch)
    return outcomes
