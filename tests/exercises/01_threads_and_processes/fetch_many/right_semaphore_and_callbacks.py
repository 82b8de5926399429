"""A semaphore with a slot for each worker: taken before each submit, given back by the future's callback."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    slots = BoundedSemaphore(workers)
    futures: list[Future[T]] = []
    fatal: list[BaseException] = []

    def ended(future: Future[T]) -> None:
        error = future.exception()
        if error is not None and not isinstance(error, Exception):
            fatal.append(error)
        slots.release()

    with ThreadPoolExecutor(max_workers=workers) as pool:
        for url in urls:
            slots.acquire()
            if fatal:
                break
            future = pool.submit(fetch, url)
            future.add_done_callback(ended)
            futures.append(future)
    if fatal:
        raise fatal[0]
    return [Err(e) if (e := future.exception()) else Ok(future.result()) for future in futures]
