"""Each load runs in a thread of its own; every caller, the first too, only waits for its Future."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock, Thread
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
        self._lock = Lock()
        self._futures: dict[K, Future[tuple[float, V]]] = {}  # under way and finished, oldest first

    def get(self, key: K) -> V:
        with self._lock:
            future = self._futures.get(key)
            if future is None or self._is_stale(future):
                future = self._launch(key)
        return future.result()[1]

    def _is_stale(self, future: Future[tuple[float, V]]) -> bool:
        if not future.done():
            return False
        return future.exception() is not None or self._clock() - future.result()[0] >= self._ttl

    def _launch(self, key: K) -> Future[tuple[float, V]]:
        future: Future[tuple[float, V]] = Future()
        self._futures.pop(key, None)
        self._futures[key] = future
        Thread(target=self._fly, args=(key, future), daemon=True).start()
        return future

    def _fly(self, key: K, future: Future[tuple[float, V]]) -> None:
        try:
            loaded = self._load(key), self._clock()
        except BaseException as error:
            with self._lock:
                if self._futures.get(key) is future:
                    del self._futures[key]
            future.set_exception(error)
            return
        with self._lock:
            self._futures.pop(key, None)
            self._futures[key] = future  # the newest is the last to go
            future.set_result((loaded[1], loaded[0]))
            self._evict()

    def _evict(self) -> None:
        landed = [key for key, future in self._futures.items() if future.done()]
        for key in landed[: max(0, len(landed) - self._max_size)]:
            del self._futures[key]
