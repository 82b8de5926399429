"""The ThreadPool of multiprocessing: apply_async with callbacks, a semaphore in front, closed and joined."""

from collections.abc import Callable, Iterable
from multiprocessing.pool import ThreadPool
from threading import Semaphore
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    slots = Semaphore(2 * workers)
    fatal: list[BaseException] = []

    def attempt(url: str) -> Outcome[T] | None:
        if fatal:
            return None
        try:
            return Ok(fetch(url))
        except Exception as error:
            return Err(error)
        except (
            BaseException
        ) as error:  # it would kill the pool's thread, and get() would wait for ever
            fatal.append(error)
            return None

    pool = ThreadPool(workers)
    results = []
    try:
        for url in urls:
            slots.acquire()
            if fatal:
                break
            results.append(pool.apply_async(attempt, (url,), callback=lambda _: slots.release()))
    finally:
        pool.close()
        pool.join()
    if fatal:
        raise fatal[0]
    return [result.get() for result in results]
