"""A page belongs to its url, so a dict by url is the natural place for it.

fails: test_one_outcome_a_url_in_order
says: the page of one fetch stands at two places
feedback: A url that stands in the list five times is one key in your dict: five outcomes were
    asked for and one is left, or five times the last. Key by the place in the list:
    `enumerate(urls)`.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    outcomes: dict[str, Outcome[T]] = {}
    running: dict[Future[T], str] = {}

    def collect() -> None:
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            url = running.pop(future)
            try:
                outcomes[url] = Ok(future.result())
            except Exception as error:
                outcomes[url] = Err(error)

    asked = []
    with ThreadPoolExecutor(workers) as pool:
        for url in urls:
            asked.append(url)
            running[pool.submit(fetch, url)] = url
            if len(running) == workers:
                collect()
        while running:
            collect()
    return [outcomes[url] for url in asked]
