"""`Queue.shutdown` ends the workers; a stand-in takes its place before Python 3.13."""

import asyncio
import sys
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")

if sys.version_info >= (3, 13):
    from asyncio import Queue, QueueShutDown
else:

    class QueueShutDown(Exception):
        """The queue is empty, and nothing more will come."""

    class Queue:
        """A bounded queue that can be shut down."""

        def __init__(self, maxsize):
            self._maxsize = maxsize
            self._items = deque()
            self._changed = asyncio.Event()
            self._is_over = False

        async def put(self, item):
            while len(self._items) >= self._maxsize:
                await self._change()
            self._items.append(item)
            self._changed.set()

        async def get(self):
            while not self._items:
                if self._is_over:
                    raise QueueShutDown
                await self._change()
            self._changed.set()
            return self._items.popleft()

        def shutdown(self):
            self._is_over = True
            self._changed.set()

        async def _change(self):
            self._changed.clear()
            await self._changed.wait()


async def pipeline(
    source: AsyncGenerator[T, None],
    work: Callable[[T], Coroutine[Any, Any, R]],
    *,
    workers: int,
    maxsize: int,
) -> list[R]:
    queue = Queue(maxsize)
    results: dict[int, R] = {}

    async def read() -> None:
        place = 0
        async with aclosing(source):
            async for item in source:
                await queue.put((place, item))
                place += 1
        queue.shutdown()

    async def consume() -> None:
        while True:
            try:
                place, item = await queue.get()
            except QueueShutDown:
                return
            results[place] = await work(item)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(read()), *(group.create_task(consume()) for _ in range(workers))]
        await asyncio.wait(tasks)
    return [results[place] for place in range(len(results))]
