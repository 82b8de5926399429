"""Processes of one's own, a Pipe each; chunks are dealt out in turn, and connection.wait is not needed as results are read in that order."""

import multiprocessing
from collections import deque
from collections.abc import Callable, Generator, Iterable
from itertools import cycle, islice
from typing import TypeVar

from pypatterns.concurrency import ItemError

T = TypeVar("T")
R = TypeVar("R")


def serve(pipe, others):
    for other in others:  # forked with us: their ends would keep a dead worker's pipe open
        other.close()
    while (task := pipe.recv()) is not None:
        fn, part = task
        results, failure = [], None
        for item in part:
            try:
                results.append(fn(item))
            except Exception as error:
                failure = item, error
                break
        pipe.send((results, failure))


def parallel_map(
    fn: Callable[[T], R], items: Iterable[T], *, workers: int, chunk: int
) -> Generator[R, None, None]:
    source, context = iter(items), multiprocessing.get_context("fork")
    ours, processes = [], []
    try:
        for _ in range(workers):
            near, far = context.Pipe()
            process = context.Process(target=serve, args=(far, [*ours, near]), daemon=True)
            process.start()
            far.close()
            ours.append(near)
            processes.append(process)
        busy = deque()
        for pipe in cycle(ours):
            part = list(islice(source, chunk))
            if len(busy) == workers or not part:
                if not busy:
                    return
                first = busy.popleft()
                try:
                    results, failure = first.recv()
                except (EOFError, ConnectionError) as error:
                    raise RuntimeError("a worker process died") from error
                yield from results
                if failure:
                    raise ItemError(*failure)
            if part:
                try:
                    pipe.send((fn, part))
                except (BrokenPipeError, ConnectionError) as error:
                    raise RuntimeError("a worker process died") from error
                busy.append(pipe)
    finally:
        for process in processes:
            process.kill()
        for process in processes:
            process.join()
        for pipe in ours:
            pipe.close()
