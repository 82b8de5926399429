"""The slot is given back when the page is there.

fails: test_an_exception_is_err, test_any_other_error_comes_out
seen_in: Semaphore or BoundedSemaphore, release
feedback: A fetch that raises leaves before it gives its slot back; after as many errors as
    there are slots, the loop waits for a slot for ever. Give back in `finally`, or in the
    future's callback, which runs after every end.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Semaphore
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    slots = Semaphore(workers)
    futures: list[Future[T]] = []

    def attempt(url: str) -> T:
        page = fetch(url)
        slots.release()
        return page

    outcomes: list[Outcome[T]] = []
    with ThreadPoolExecutor(workers) as pool:
        for url in urls:
            slots.acquire()
            futures.append(pool.submit(attempt, url))
    for future in futures:
        try:
            outcomes.append(Ok(future.result()))
        except Exception as error:
            outcomes.append(Err(error))
    return outcomes
