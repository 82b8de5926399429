"""The caller is one of the workers: it starts one thread fewer, and all of them run the same loop."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    drawing = Lock()
    source = iter(urls)
    stopped = False
    drawn: list[list[Outcome[T]]] = []

    def lane() -> None:
        nonlocal stopped
        while True:
            with drawing:
                if stopped:
                    return
                try:
                    url = next(source)
                except StopIteration:
                    return
                except BaseException:
                    stopped = True
                    raise
                place: list[Outcome[T]] = []
                drawn.append(place)
            try:
                place.append(Ok(fetch(url)))
            except Exception as error:
                place.append(Err(error))
            except BaseException:
                stopped = True
                raise

    with ThreadPoolExecutor(max(1, workers - 1)) as pool:
        helpers = [pool.submit(lane) for _ in range(workers - 1)]
        lane()
        for helper in helpers:
            helper.result()
    return [outcome for (outcome,) in drawn]
