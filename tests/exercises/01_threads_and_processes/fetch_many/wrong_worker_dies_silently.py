"""What is no Exception ends the thread that met it, and that is as it should be.

fails: test_any_other_error_comes_out
says: went on without it
seen_in: Thread
feedback: What leaves a thread's function, or a future's callback, is printed, or not even that,
    and is gone: nobody hands it to the caller's thread. Keep the error where it arises, tell
    the others to stop, and raise it in the caller's thread.
"""

from collections.abc import Callable, Iterable
from threading import Lock, Thread
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    source = enumerate(urls)
    drawing = Lock()
    outcomes: dict[int, Outcome[T]] = {}
    failed: list[BaseException] = []

    def draw() -> tuple[int, str] | None:
        with drawing:
            try:
                return None if failed else next(source, None)
            except BaseException as error:
                failed.append(error)
                return None

    def work() -> None:
        while drawn := draw():
            place, url = drawn
            try:
                outcomes[place] = Ok(fetch(url))
            except Exception as error:
                outcomes[place] = Err(error)

    threads = [Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return [outcomes[place] for place in sorted(outcomes)]
