"""A KeyboardInterrupt comes out in the end, when the outcomes are put together.

fails: test_any_other_error_comes_out
says: further fetches
feedback: It comes out, but after all the others were fetched: whoever pressed Ctrl-C waits for
    the rest of the million. Look for it before you take the next url, and stop there.
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
    outcomes: list[Outcome[T]] = []
    with ThreadPoolExecutor(workers) as pool:
        for url in urls:
            slots.acquire()
            futures.append(pool.submit(fetch, url))
            futures[-1].add_done_callback(lambda _: slots.release())
    for future in futures:
        try:
            outcomes.append(Ok(future.result()))
        except Exception as error:
            outcomes.append(Err(error))
    return outcomes
