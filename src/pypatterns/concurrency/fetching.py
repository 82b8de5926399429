"""Fetch many things with a few threads: every slot busy, one outcome each, nothing lost and nothing left running.

>>> fetch_many(urls, client.get, workers=8)
[Ok(value=<Response [200 OK]>), Err(error=ReadTimeout('timed out')), …]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

from pypatterns.concurrency.outcome import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    """Call `fetch` for each url, `workers` at a time; one `Outcome` a url, in the order of `urls`, duplicates included.

    An `Exception` of `fetch` becomes its url's `Err`, and the others go on. Whatever else is raised, by `fetch` or by
    `urls` itself, comes out as it is. At most `workers` urls are taken beyond those that are done, so `urls` may be long
    and slow. No call is running when this returns or raises, which is why `fetch` needs a time limit of its own: a
    thread cannot be stopped from outside, and a pool's `with` waits for every call that has begun.

    Raises `ValueError` if `workers` is less than 1.
    """
    outcomes: dict[int, Outcome[T]] = {}
    running: dict[Future[Outcome[T]], int] = {}

    def collect() -> None:
        for done in wait(running, return_when=FIRST_COMPLETED).done:
            outcomes[running.pop(done)] = done.result()

    with ThreadPoolExecutor(workers, thread_name_prefix="fetch") as pool:
        for place, url in enumerate(urls):
            running[pool.submit(_outcome, fetch, url)] = place
            if len(running) == workers:
                collect()
        while running:
            collect()
    return [outcomes[place] for place in range(len(outcomes))]


def _outcome(fetch: Callable[[str], T], url: str) -> Outcome[T]:
    try:
        return Ok(fetch(url))
    except Exception as error:  # noqa: BLE001 - an error is what became of this url; the caller decides
        return Err(error)
