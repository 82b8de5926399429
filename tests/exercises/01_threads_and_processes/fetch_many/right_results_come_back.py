"""Two queues: the caller hands out a job for each result that comes back, so nobody else ever touches the urls."""

from collections.abc import Callable, Iterable
from queue import SimpleQueue
from threading import Thread
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    jobs: SimpleQueue[tuple[int, str] | None] = SimpleQueue()
    results: SimpleQueue[tuple[int, Outcome[T] | BaseException]] = SimpleQueue()
    outcomes: dict[int, Outcome[T]] = {}

    def work() -> None:
        while job := jobs.get():
            place, url = job
            try:
                results.put((place, Ok(fetch(url))))
            except Exception as error:
                results.put((place, Err(error)))
            except BaseException as error:
                results.put((place, error))

    def collect() -> None:
        place, result = results.get()
        if not isinstance(result, (Ok, Err)):
            raise result
        outcomes[place] = result

    threads = [Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    handed_out = 0
    try:
        for handed_out, url in enumerate(urls, start=1):
            jobs.put((handed_out - 1, url))
            if handed_out - len(outcomes) >= workers:
                collect()
        while len(outcomes) < handed_out:
            collect()
    finally:
        for _ in threads:
            jobs.put(None)
        for thread in threads:
            thread.join()
    return [outcomes[place] for place in range(handed_out)]
