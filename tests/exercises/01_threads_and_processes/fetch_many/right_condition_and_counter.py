"""A Condition and a count of what is running, polled for with a time limit; threads are started as they are needed."""

from collections.abc import Callable, Iterable
from threading import Condition, Thread
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    changed = Condition()
    running: set[Thread] = set()
    outcomes: dict[int, Outcome[T]] = {}
    fatal: list[BaseException] = []

    def one(place: int, url: str) -> None:
        outcome: Outcome[T] | None = None
        try:
            outcome = Ok(fetch(url))
        except Exception as error:
            outcome = Err(error)
        except BaseException as error:
            fatal.append(error)
        with changed:
            if outcome is not None:
                outcomes[place] = outcome
            changed.notify_all()

    def rest(most: int) -> None:
        """Until at most so many are running."""
        while True:
            for thread in [each for each in running if not each.is_alive()]:
                thread.join()
                running.discard(thread)
            if len(running) <= most:
                return
            with changed:
                changed.wait(timeout=0.01)

    try:
        for place, url in enumerate(urls):
            rest(workers - 1)
            if fatal:
                break
            thread = Thread(target=one, args=(place, url))
            thread.start()
            running.add(thread)
    finally:
        rest(0)
    if fatal:
        raise fatal[0]
    return [outcomes[place] for place in sorted(outcomes)]
