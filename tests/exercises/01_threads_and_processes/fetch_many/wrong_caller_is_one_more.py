"""The caller would only wait, so it works as well.

fails: test_workers_fetch_at_once
says: were running at the same time
seen_in: Thread or ThreadPoolExecutor, no deque or wait or as_completed
feedback: That is a good use of its time, but with `workers` threads beside it one fetch too
    many runs. Start one thread fewer.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    source = enumerate(urls)
    drawing = Lock()
    outcomes: dict[int, Outcome[T]] = {}
    stopped = False

    def lane() -> None:
        nonlocal stopped
        try:
            while True:
                with drawing:
                    drawn = None if stopped else next(source, None)
                if drawn is None:
                    return
                place, url = drawn
                try:
                    outcomes[place] = Ok(fetch(url))
                except Exception as error:
                    outcomes[place] = Err(error)
        except BaseException:
            stopped = True
            raise

    with ThreadPoolExecutor(workers) as pool:
        helpers = [pool.submit(lane) for _ in range(workers)]
        lane()
        for helper in helpers:
            helper.result()
    return [outcomes[place] for place in sorted(outcomes)]
