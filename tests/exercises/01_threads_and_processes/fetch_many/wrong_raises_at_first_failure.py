"""If a fetch fails the caller must hear of it at once, and an exception is how.

fails: test_an_exception_is_err
says: It raised
seen_in: result
feedback: One url of a thousand is wrong, and the caller gets none of the 999 pages.
    `future.result()` raises what fetch raised: catch an Exception there, and make it that url's
    Err.
"""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from pypatterns.concurrency import Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    outcomes: list[Outcome[T]] = []
    window: deque[Future[T]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for url in urls:
            window.append(pool.submit(fetch, url))
            if len(window) == workers:
                outcomes.append(Ok(window.popleft().result()))
        outcomes += [Ok(future.result()) for future in window]
    return outcomes
