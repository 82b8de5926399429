"""A TimeoutError of result() says that the future is not done yet.

fails: test_an_exception_is_err
says: had not ended after
seen_in: TimeoutError, result
feedback: `result(timeout=…)` raises TimeoutError for itself, and also hands on the one that
    fetch raised: the future has long been done, and your loop asks it for ever. Wait with
    `wait(…)`, which raises nothing, or ask `future.done()`.
"""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    outcomes: list[Outcome[T]] = []
    window: deque[Future[T]] = deque()

    def take_oldest() -> None:
        future = window.popleft()
        while True:
            try:
                outcomes.append(Ok(future.result(timeout=0.05)))
            except TimeoutError:
                continue
            except Exception as error:
                outcomes.append(Err(error))
            return

    with ThreadPoolExecutor(workers) as pool:
        for url in urls:
            window.append(pool.submit(fetch, url))
            if len(window) == workers:
                take_oldest()
        while window:
            take_oldest()
    return outcomes
