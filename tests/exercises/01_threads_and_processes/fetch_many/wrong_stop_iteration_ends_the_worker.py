"""StopIteration means that the urls are used up.

fails: test_an_exception_is_err
says: StopIteration('no line with a price')) with that very object, got 'nothing'
seen_in: StopIteration, except
feedback: Your `except StopIteration` stands around fetch as well, so a fetch that runs into an
    empty iterator ends its worker, and its url has no outcome. Keep a `try` as small as what it
    is for: only `next(…)`.
"""

from collections.abc import Callable, Iterable
from threading import Lock, Thread
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    source = iter(urls)
    drawing = Lock()
    slots: list[list[Outcome[T]]] = []
    fatal: list[BaseException] = []

    def work() -> None:
        while not fatal:
            try:
                with drawing:
                    try:
                        url = next(source)
                    except Exception as error:
                        if not isinstance(error, StopIteration):
                            fatal.append(error)
                        return
                    slots.append([])
                    slot = slots[-1]
                slot.append(Ok(fetch(url)))
            except StopIteration:
                return
            except Exception as error:
                slot.append(Err(error))
            except BaseException as error:
                fatal.append(error)

    threads = [Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if fatal:
        raise fatal[0]
    return [slot[0] for slot in slots if slot]
