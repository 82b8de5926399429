"""One window after the other: `workers` chunks are handed out, waited for and yielded."""

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from typing import TypeVar

from pypatterns.concurrency import ItemError

T = TypeVar("T")
R = TypeVar("R")


def run_chunk(fn, chunk):
    done = []
    for item in chunk:
        try:
            done.append(fn(item))
        except Exception as error:
            return done, (item, error)
    return done, None


def parallel_map(
    fn: Callable[[T], R], items: Iterable[T], *, workers: int, chunk: int
) -> Generator[R, None, None]:
    source = iter(items)
    with ProcessPoolExecutor(workers) as pool:
        while True:
            chunks = [part for _ in range(workers) if (part := list(islice(source, chunk)))]
            if not chunks:
                return
            for done, failure in pool.map(run_chunk, [fn] * len(chunks), chunks):
                yield from done
                if failure:
                    raise ItemError(*failure)
