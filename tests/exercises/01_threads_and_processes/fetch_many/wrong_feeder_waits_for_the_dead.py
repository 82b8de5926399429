"""When a worker fails, it notes the error and ends; the error is raised after the last job.

fails: test_any_other_error_comes_out, test_no_thread_is_left
says: The call can never end
seen_in: Queue, put
feedback: When the last worker has ended, nobody empties the queue, and your `put` waits for
    ever. Workers must go on taking jobs until they are told to end (and drop them after a
    failure), or the feeder must learn of the failure while it waits.
"""

from collections.abc import Callable, Iterable
from queue import Queue
from threading import Thread
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    jobs: Queue[tuple[int, str] | None] = Queue(maxsize=workers)
    outcomes: dict[int, Outcome[T]] = {}
    fatal: list[BaseException] = []

    def work() -> None:
        while (job := jobs.get()) is not None and not fatal:
            place, url = job
            try:
                outcomes[place] = Ok(fetch(url))
            except Exception as error:
                outcomes[place] = Err(error)
            except BaseException as error:
                fatal.append(error)

    threads = [Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    try:
        for job in enumerate(urls):
            jobs.put(job)
    finally:
        for _ in threads:
            jobs.put(None)
        for thread in threads:
            thread.join()
    if fatal:
        raise fatal[0]
    return [outcomes[place] for place in sorted(outcomes)]
