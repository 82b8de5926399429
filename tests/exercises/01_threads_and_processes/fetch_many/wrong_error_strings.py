"""An error is told best as text that begins with Error.

fails: test_an_exception_is_err
says: Ok(value='Error:
feedback: A string is what a page is, too: whoever reads "Error: timed out" cannot tell whether
    the shop sent it or the line broke, and the type and the traceback are lost. Wrap the error
    object itself in Err.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

from pypatterns.concurrency import Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    outcomes: dict[int, Outcome[T]] = {}
    running: dict[Future[T], int] = {}

    def collect() -> None:
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            place = running.pop(future)
            try:
                outcomes[place] = Ok(future.result())
            except Exception as error:
                outcomes[place] = Ok(f"Error: {error}")

    with ThreadPoolExecutor(workers) as pool:
        for place, url in enumerate(urls):
            running[pool.submit(fetch, url)] = place
            if len(running) == workers:
                collect()
        while running:
            collect()
    return [outcomes[place] for place in sorted(outcomes)]
