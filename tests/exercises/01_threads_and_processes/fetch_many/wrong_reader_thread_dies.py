"""A thread of its own reads the urls, so that the caller is free to collect.

fails: test_an_error_of_urls_comes_out
says: and fetch_many returned
seen_in: Thread
feedback: An error of urls ends your reading thread, and nobody hears of it: the outcomes so far
    are returned as if they were all. Catch it there, carry it to the caller's thread, and raise
    it.
"""

from collections.abc import Callable, Iterable
from queue import Queue
from threading import Event, Thread
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    jobs: Queue[tuple[int, str] | None] = Queue(maxsize=workers)
    outcomes: dict[int, Outcome[T]] = {}
    fatal: list[BaseException] = []
    stop = Event()

    def read() -> None:
        try:
            for job in enumerate(urls):
                if stop.is_set():
                    break
                jobs.put(job)
        finally:
            for _ in workers_threads:
                jobs.put(None)

    def work() -> None:
        while (job := jobs.get()) is not None:
            if stop.is_set():
                continue
            place, url = job
            try:
                outcomes[place] = Ok(fetch(url))
            except Exception as error:
                outcomes[place] = Err(error)
            except BaseException as error:
                fatal.append(error)
                stop.set()

    workers_threads = [Thread(target=work) for _ in range(workers)]
    threads = [Thread(target=read), *workers_threads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if fatal:
        raise fatal[0]
    return [outcomes[place] for place in sorted(outcomes)]
