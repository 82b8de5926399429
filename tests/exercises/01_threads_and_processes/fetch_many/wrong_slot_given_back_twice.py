"""The slot is given back when the fetch ends, and to be safe once more when its future is done.

fails: test_urls_are_taken_as_needed
may_fail: test_an_error_of_urls_comes_out (how many fetches still wait when urls breaks off is a matter of speed)
says: though at first no more
seen_in: Semaphore or BoundedSemaphore, release
feedback: Each fetch takes one slot and gives back two, so after a hundred pages a hundred more
    urls may be waiting. Give back in one place only; a `BoundedSemaphore` raises ValueError at
    the second time.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Semaphore
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    slots = Semaphore(workers)
    futures: list[Future[Outcome[T]]] = []
    fatal: list[BaseException] = []

    def attempt(url: str) -> Outcome[T]:
        try:
            return Ok(fetch(url))
        except Exception as error:
            return Err(error)
        except BaseException as error:
            fatal.append(error)
            raise
        finally:
            slots.release()

    with ThreadPoolExecutor(workers) as pool:
        for url in urls:
            slots.acquire()
            if fatal:
                break
            future = pool.submit(attempt, url)
            future.add_done_callback(lambda _: slots.release())
            futures.append(future)
    return [future.result() for future in futures]
