"""A thread for each url, started when a slot is free and joined at the end; each leaves its outcome in a list."""

from collections.abc import Callable, Iterable
from threading import Semaphore, Thread
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    slots = Semaphore(workers)
    outcomes: list[Outcome[T] | None] = []
    threads: list[Thread] = []
    fatal: list[BaseException] = []

    def one(place: int, url: str) -> None:
        try:
            outcomes[place] = Ok(fetch(url))
        except Exception as error:
            outcomes[place] = Err(error)
        except BaseException as error:
            fatal.append(error)
        finally:
            slots.release()

    try:
        for place, url in enumerate(urls):
            slots.acquire()
            if fatal:
                break
            outcomes.append(None)
            threads.append(Thread(target=one, args=(place, url), daemon=True))
            threads[-1].start()
    finally:
        for thread in threads:
            thread.join()
    if fatal:
        raise fatal[0]
    return [outcome for outcome in outcomes if outcome is not None]
