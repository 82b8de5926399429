"""Once the load has ended its marker can go, and then the value is stored.

fails: test_cold_callers_share_one_load
says: must be one step under one lock
seen_in: Future or Event
feedback: Between removing the marker and storing the value there is a moment with neither: who asks
    then loads again. Do both inside one `with`, so that a key is in flight or cached, never
    nothing.
"""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
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
        self._entries: dict[K, tuple[V, float]] = {}
        self._flights: dict[K, Future[V]] = {}

    def get(self, key: K) -> V:
        with self._lock:
            if key in self._entries and self._clock() - self._entries[key][1] < self._ttl:
                return self._entries[key][0]
            flight = self._flights.get(key)
            if flight is None:
                own = self._flights[key] = Future()
        if flight is not None:
            return flight.result()
        try:
            value = self._load(key)
        except BaseException as error:
            self._forget(key)
            own.set_exception(error)
            raise
        self._forget(key)
        own.set_result(value)
        self._store(key, value)
        return value

    def _forget(self, key: K) -> None:
        with self._lock:
            del self._flights[key]

    def _store(self, key: K, value: V) -> None:
        with self._lock:
            self._entries.pop(key, None)
            self._entries[key] = value, self._clock()
            while len(self._entries) > self._max_size:
                del self._entries[next(iter(self._entries))]
