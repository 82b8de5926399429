"""A private event loop is the lock: a task per key in flight, awaited from all callers; loads run in threads."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from threading import Thread
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class SingleFlightCache(Generic[K, V]):
    def __init__(
        self,
        load: Callable[[K], V],
        *,
        ttl: float,
        max_size: int,
        clock: Callable[[], float],
    ) -> None:
        self._load = load
        self._ttl = ttl
        self._max_size = max_size
        self._clock = clock
        self._entries: OrderedDict[K, tuple[V, float]] = OrderedDict()
        self._tasks: dict[K, asyncio.Task[V]] = {}
        self._loop = asyncio.new_event_loop()
        Thread(target=self._loop.run_forever, daemon=True).start()

    def get(self, key: K) -> V:
        return asyncio.run_coroutine_threadsafe(self._get(key), self._loop).result()

    async def _get(self, key: K) -> V:
        entry = self._entries.get(key)
        if entry is not None and self._clock() - entry[1] < self._ttl:
            return entry[0]
        if key not in self._tasks:
            self._tasks[key] = self._loop.create_task(self._fly(key))
        return await self._tasks[key]

    async def _fly(self, key: K) -> V:
        try:
            value = await self._in_thread(key)
            self._entries[key] = value, self._clock()
            self._entries.move_to_end(key)
            while len(self._entries) > self._max_size:
                self._entries.popitem(last=False)
            return value
        finally:
            del self._tasks[key]

    def _in_thread(self, key: K) -> asyncio.Future[V]:
        landed: asyncio.Future[V] = self._loop.create_future()

        def fly() -> None:
            try:
                value = self._load(key)
            except BaseException as error:
                self._loop.call_soon_threadsafe(landed.set_exception, error)
            else:
                self._loop.call_soon_threadsafe(landed.set_result, value)

        Thread(target=fly, daemon=True).start()
        return landed
