"""Threads that draw the next url themselves, from one iterator under one lock."""

from collections.abc import Callable, Iterable
from threading import Lock, Thread
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    source = enumerate(urls)
    drawing = Lock()
    outcomes: dict[int, Outcome[T]] = {}
    fatal: list[BaseException] = []

    def draw() -> tuple[int, str] | None:
        with drawing:
            if fatal:
                return None
            try:
                return next(source, None)
            except BaseException as error:
                fatal.append(error)
                return None

    def work() -> None:
        while (drawn := draw()) is not None:
            place, url = drawn
            try:
                outcomes[place] = Ok(fetch(url))
            except Exception as error:
                outcomes[place] = Err(error)
            except BaseException as error:
                fatal.append(error)

    threads = [Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if fatal:
        raise fatal[0]
    return [outcome for _, outcome in sorted(outcomes.items(), key=lambda item: item[0])]
