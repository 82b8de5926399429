"""After Ctrl-C the caller is glad of the outcomes that are there.

fails: test_any_other_error_comes_out
says: and fetch_many returned
seen_in: except
feedback: A list that is too short looks like one that is whole: the caller cannot tell that the
    program is to stop, and goes on with half the prices. Let the error come out; whoever wants
    what is there so far takes outcomes one by one, from a generator.
"""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    outcomes: list[Outcome[T]] = []
    window: deque[Future[T]] = deque()

    def take_oldest() -> None:
        try:
            outcomes.append(Ok(window.popleft().result()))
        except Exception as error:
            outcomes.append(Err(error))

    broken_off = None
    with ThreadPoolExecutor(workers) as pool:
        source = iter(urls)
        try:
            while (url := next(source, None)) is not None:
                window.append(pool.submit(fetch, url))
                if len(window) == workers:
                    take_oldest()
            while window:
                take_oldest()
        except Exception as error:
            broken_off = error
        except BaseException:
            if not window:
                raise
    if broken_off:
        raise broken_off
    return outcomes
