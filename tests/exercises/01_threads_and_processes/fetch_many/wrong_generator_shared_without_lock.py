"""next() is one step, so threads can draw their urls from one iterator.

fails: test_workers_fetch_at_once
says: generator already executing
seen_in: next or for
feedback: A generator is code that runs, and two threads cannot run it at once: the second one
    gets "ValueError: generator already executing". Draw under a lock, or let one thread alone
    read the urls.
"""

from collections.abc import Callable, Iterable
from threading import Thread
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    source = enumerate(urls)
    outcomes: dict[int, Outcome[T]] = {}
    fatal: list[BaseException] = []

    def work() -> None:
        try:
            for place, url in source:
                try:
                    outcomes[place] = Ok(fetch(url))
                except Exception as error:
                    outcomes[place] = Err(error)
                if fatal:
                    return
        except BaseException as error:
            fatal.append(error)

    threads = [Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if fatal:
        raise fatal[0]
    return [outcomes[place] for place in sorted(outcomes)]
