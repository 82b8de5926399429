"""What is an exception is an error, so isinstance tells Ok from Err.

fails: test_any_value_is_ok
says: an exception object
seen_in: isinstance
feedback: A fetch may return an exception object, as a reply of a service that reports errors,
    and that is a value. Whether it was returned or raised is known in one place only, where
    fetch is called: decide there.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    def attempt(url: str) -> T | Exception:
        try:
            return fetch(url)
        except Exception as error:
            return error

    source = iter(urls)
    outcomes: list[Outcome[T]] = []
    with ThreadPoolExecutor(workers) as pool:
        while batch := list(islice(source, workers)):
            for got in pool.map(attempt, batch):
                outcomes.append(Err(got) if isinstance(got, Exception) else Ok(got))
    return outcomes
