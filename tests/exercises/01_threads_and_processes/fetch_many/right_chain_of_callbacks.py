"""Each fetch that ends starts the next one from its callback; the caller only starts the first ones and waits for the end."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Condition
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    source = iter(urls)
    changed = Condition()
    futures: list[Future[T]] = []
    fatal: list[BaseException] = []
    running = 0

    def start_next() -> None:
        """Called with the condition held."""
        nonlocal running
        if fatal:
            return
        try:
            url = next(source)
        except StopIteration:
            return
        except BaseException as error:
            fatal.append(error)
            return
        running += 1
        futures.append(pool.submit(fetch, url))
        futures[-1].add_done_callback(ended)

    def ended(future: Future[T]) -> None:
        nonlocal running
        with changed:
            running -= 1
            error = future.exception()
            if error is not None and not isinstance(error, Exception):
                fatal.append(error)
            start_next()
            changed.notify()

    with ThreadPoolExecutor(workers) as pool:
        with changed:
            for _ in range(workers):
                start_next()
            changed.wait_for(lambda: running == 0)
    if fatal:
        raise fatal[0]
    return [Ok(f.result()) if f.exception() is None else Err(f.exception()) for f in futures]
