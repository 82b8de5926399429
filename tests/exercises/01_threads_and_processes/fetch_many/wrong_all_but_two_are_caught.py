"""KeyboardInterrupt and SystemExit are the two that must come out.

fails: test_any_other_error_comes_out
says: KeyboardInterrupt and SystemExit did come out
seen_in: KeyboardInterrupt, SystemExit
feedback: They are the two that Python raises itself, and not the only ones: GeneratorExit,
    asyncio.CancelledError and what libraries derive from BaseException say "stop" as well. Ask
    what you may keep, not what you must let go: `except Exception`.
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
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            outcomes.append(Err(error))

    with ThreadPoolExecutor(workers) as pool:
        for url in urls:
            window.append(pool.submit(fetch, url))
            if len(window) == workers:
                take_oldest()
        while window:
            take_oldest()
    return outcomes
