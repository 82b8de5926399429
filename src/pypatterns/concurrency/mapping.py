"""Map a function over items in other processes: in order, in chunks, a bounded way ahead, over at the first error.

>>> for price in parallel_map(price_of, orders, workers=4, chunk=500):
...     book(price)
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")

# Never fork: whoever maps may have threads, and a fork copies the locks that these hold at that moment.
# https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods
START = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"


class ItemError(Exception):
    """The function raised `error` for `item`. It pickles, so it comes home from a worker."""

    def __init__(self, item: Any, error: Exception) -> None:
        super().__init__(item, error)  # what pickle calls the class with
        self.item = item
        self.error = error

    def __str__(self) -> str:
        return f"{self.item!r}: {type(self.error).__name__}: {self.error}"


def parallel_map(
    fn: Callable[[T], R], items: Iterable[T], *, workers: int, chunk: int
) -> Generator[R, None, None]:
    """Yield `fn(item)` for each item, in order, computed by `workers` processes that get `chunk` items a message.

    `fn` is importable by its module and name, and items, results and errors pickle. At most `(2 * workers + 1) * chunk`
    items are taken beyond those yielded, so `items` may be endless. If `fn` raises, the chunks before are yielded, then
    `ItemError` comes out with the worker's traceback as its cause, and chunks that have not begun never will. A worker
    that dies is a `BrokenProcessPool`, which is a `RuntimeError`. No worker is left at the end, however it comes:
    exhausted, failed, or closed early (a `for` that breaks closes it when the generator is dropped; `contextlib.closing`
    says when).

    Raises `ValueError` if `workers` or `chunk` is less than 1, when the first result is asked for.
    """
    if chunk < 1:
        raise ValueError(f"chunk is {chunk}; a message carries one item at least")
    source = iter(items)
    window: deque[Future[list[R]]] = deque()
    pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context(START))
    try:
        while True:
            while len(window) < 2 * workers and (batch := list(islice(source, chunk))):
                window.append(pool.submit(_each, fn, batch))
            if not window:
                return
            yield from window.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _each(fn: Callable[[T], R], batch: list[T]) -> list[R]:
    """In the worker: one message's work."""
    results = []
    for item in batch:
        try:
            results.append(fn(item))
        except Exception as error:
            raise ItemError(item, error) from error
    return results
