"""An async generator over run_in_executor, stepped by a loop of its own."""

import asyncio
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from typing import TypeVar

from pypatterns.concurrency import ItemError

T = TypeVar("T")
R = TypeVar("R")


def work(fn, part):
    results = []
    for item in part:
        try:
            results.append(fn(item))
        except Exception as error:
            raise ItemError(item, error) from None
    return results


async def stream(loop, pool, fn, items, workers, chunk):
    source, pending = iter(items), deque()
    try:
        while True:
            while len(pending) <= workers and (part := list(islice(source, chunk))):
                pending.append(loop.run_in_executor(pool, work, fn, part))
            if not pending:
                return
            for result in await pending.popleft():
                yield result
    finally:
        for future in pending:
            future.cancel()
        await asyncio.gather(*pending, return_exceptions=True)


def parallel_map(
    fn: Callable[[T], R], items: Iterable[T], *, workers: int, chunk: int
) -> Generator[R, None, None]:
    loop = asyncio.new_event_loop()
    with ProcessPoolExecutor(workers) as pool:
        results = stream(loop, pool, fn, items, workers, chunk)
        try:
            while True:
                try:
                    yield loop.run_until_complete(anext(results))
                except StopAsyncIteration:
                    return
        finally:
            loop.run_until_complete(results.aclose())
            loop.close()
