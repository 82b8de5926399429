"""Whatever is raised in the loop belongs to the url at hand.

fails: test_an_error_of_urls_comes_out
says: filed it as an outcome
seen_in: next, except
feedback: Your `except Exception` stands around `next(urls)` as well, so when the list of urls
    breaks off, that is filed as one more page that failed, and the caller takes the list for
    complete. Only what fetch raises is an Err.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    source = iter(urls)
    drawing = Lock()
    slots: list[list[Outcome[T]]] = []
    stopped = False

    def lane() -> None:
        nonlocal stopped
        while not stopped:
            slot: list[Outcome[T]] = []
            try:
                with drawing:
                    url = next(source, None)
                    if url is None:
                        return
                    slots.append(slot)
                slot.append(Ok(fetch(url)))
            except Exception as error:
                slot.append(Err(error))
                if slot not in slots:
                    slots.append(slot)
            except BaseException:
                stopped = True
                raise

    with ThreadPoolExecutor(workers) as pool:
        for future in [pool.submit(lane) for _ in range(workers)]:
            future.result()
    return [slot[0] for slot in slots if slot]
