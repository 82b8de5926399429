"""Results are kept by their place until it is their turn; a failure travels as a value, and nothing is submitted after it."""

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from itertools import count, islice
from typing import TypeVar

from pypatterns.concurrency import Err, ItemError, Ok

T = TypeVar("T")
R = TypeVar("R")


def outcomes(fn, part):
    found = []
    for item in part:
        try:
            found.append((item, Ok(fn(item))))
        except Exception as error:
            found.append((item, Err(error)))
            break
    return found


def parallel_map(
    fn: Callable[[T], R], items: Iterable[T], *, workers: int, chunk: int
) -> Generator[R, None, None]:
    source = iter(items)
    parts = enumerate(iter(lambda: list(islice(source, chunk)), []))
    pool, running, done = ProcessPoolExecutor(max_workers=workers), {}, {}
    try:
        for turn in count():
            while turn not in done:
                for place, part in islice(parts, 2 * workers - len(running) - len(done)):
                    running[pool.submit(outcomes, fn, part)] = place
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    done[running.pop(future)] = future.result()
            for item, outcome in done.pop(turn):
                match outcome:
                    case Ok(value):
                        yield value
                    case Err(error):
                        raise ItemError(item, error) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
