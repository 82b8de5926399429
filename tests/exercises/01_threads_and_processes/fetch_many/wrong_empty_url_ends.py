"""next(source, None) gives something false only when the urls are used up.

fails: test_one_outcome_a_url_in_order
says: was never fetched
seen_in: next
feedback: "" is false as well, and a url: a link to the page itself. Your loop takes it for the
    end and leaves out the rest. Compare with what stands for the end, `is None` or an object of
    your own, or let a `for` find the end.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    source = iter(urls)
    futures: list[Future[Outcome[T]]] = []
    running: set[Future[Outcome[T]]] = set()

    def attempt(url: str) -> Outcome[T]:
        try:
            return Ok(fetch(url))
        except Exception as error:
            return Err(error)

    def collect() -> None:
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            running.discard(future)
            future.result()

    with ThreadPoolExecutor(workers) as pool:
        while url := next(source, None):
            futures.append(pool.submit(attempt, url))
            running.add(futures[-1])
            if len(running) == workers:
                collect()
        while running:
            collect()
    return [future.result() for future in futures]
