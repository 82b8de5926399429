"""What a future's callback raises reaches whoever waits for the future.

fails: test_any_other_error_comes_out
says: went on without it
seen_in: add_done_callback
feedback: What leaves a future's callback, or a thread's function, is printed, or not even that,
    and is gone: nobody hands it to the caller's thread. Keep the error where it arises, tell
    the others to stop, and raise it in the caller's thread.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Semaphore
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    slots = Semaphore(workers)
    outcomes: dict[int, Outcome[T]] = {}

    def ended(place: int, future: Future[T]) -> None:
        try:
            outcomes[place] = Ok(future.result())
        except Exception as error:
            outcomes[place] = Err(error)
        finally:
            slots.release()

    with ThreadPoolExecutor(workers) as pool:
        for place, url in enumerate(urls):
            slots.acquire()
            pool.submit(fetch, url).add_done_callback(partial(ended, place))
    return [outcomes[place] for place in sorted(outcomes)]
