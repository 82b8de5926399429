"""The pool has so many workers, so submitting all urls at once costs nothing.

fails: test_urls_are_taken_as_needed, test_any_other_error_comes_out, test_an_error_of_urls_comes_out
seen_in: submit
feedback: The pool bounds how many run, not how many wait: a Future and a url for each of a
    million lines of a file are in memory before the first page is there, and after a failure
    all of them still run. Submit the next one when one has ended.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    outcomes: list[Outcome[T]] = []
    with ThreadPoolExecutor(workers) as pool:
        futures = [pool.submit(fetch, url) for url in urls]
        for future in futures:
            try:
                outcomes.append(Ok(future.result()))
            except Exception as error:
                outcomes.append(Err(error))
    return outcomes
