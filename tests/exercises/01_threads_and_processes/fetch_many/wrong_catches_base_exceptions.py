"""Whatever a fetch raises is its outcome, so BaseException is caught as well.

fails: test_any_other_error_comes_out
says: filed it as an outcome
seen_in: BaseException
feedback: KeyboardInterrupt and SystemExit say that the program is to stop, and you file them
    among the pages and go on. Catch `Exception`; let everything else come out.
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
        try:
            outcomes.append(Ok(window.popleft().result()))
        except BaseException as error:
            outcomes.append(Err(error))

    with ThreadPoolExecutor(workers) as pool:
        for url in urls:
            window.append(pool.submit(fetch, url))
            if len(window) == workers:
                take_oldest()
        while window:
            take_oldest()
    return outcomes
