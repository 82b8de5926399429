"""Threads of its own and a bounded queue of jobs; after a failure the jobs that are left are taken and dropped."""

from collections.abc import Callable, Iterable
from queue import Queue
from threading import Event, Thread
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    jobs: Queue[tuple[int, str] | None] = Queue(maxsize=workers)
    outcomes: dict[int, Outcome[T]] = {}
    failures: list[BaseException] = []
    failed = Event()

    def work() -> None:
        while (job := jobs.get()) is not None:
            if failed.is_set():
                continue
            place, url = job
            try:
                outcomes[place] = Ok(fetch(url))
            except Exception as error:
                outcomes[place] = Err(error)
            except BaseException as error:
                failures.append(error)
                failed.set()

    threads = [Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    try:
        for job in enumerate(urls):
            if failed.is_set():
                break
            jobs.put(job)
    finally:
        for _ in threads:
            jobs.put(None)
        for thread in threads:
            thread.join()
    if failures:
        raise failures[0]
    return [outcomes[place] for place in range(len(outcomes))]
