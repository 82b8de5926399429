"""A place that still holds None has no outcome yet.

fails: test_any_value_is_ok
says: fetch returned None
feedback: A fetch may return None, and then your list looks as if nothing had come. Keep
    outcomes, not bare values: `Ok(None)` is not None.
"""

from collections.abc import Callable, Iterable
from threading import Lock, Thread
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    source = enumerate(urls)
    drawing = Lock()
    values: dict[int, T] = {}
    errors: dict[int, Exception] = {}
    fatal: list[BaseException] = []

    def draw() -> tuple[int, str] | None:
        with drawing:
            try:
                return None if fatal else next(source, None)
            except BaseException as error:
                fatal.append(error)
                return None

    def work() -> None:
        while drawn := draw():
            place, url = drawn
            try:
                values[place] = fetch(url)
            except Exception as error:
                errors[place] = error
            except BaseException as error:
                fatal.append(error)

    threads = [Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if fatal:
        raise fatal[0]
    outcomes: list[Outcome[T]] = []
    for place in range(len(values) + len(errors)):
        if values.get(place) is not None:
            outcomes.append(Ok(values[place]))
        else:
            outcomes.append(Err(errors.get(place, LookupError("no page"))))
    return outcomes
