"""A pool of a few threads runs the loads; who asks while all are busy waits its turn.

fails: test_load_may_get_another_key
says: The call can never end
seen_in: ThreadPoolExecutor
feedback: When every thread of the pool runs a load that itself calls get, the loads that they wait
    for never find a free thread: the pool is deadlocked. Let the caller that came first load in its
    own thread.
"""

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
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
        self._pool = ThreadPoolExecutor(max_workers=8)
        self._entries: OrderedDict[K, tuple[V, float]] = OrderedDict()
        self._flights: dict[K, Future[V]] = {}

    def get(self, key: K) -> V:
        with self._lock:
            if key in self._entries and self._clock() < self._entries[key][1]:
                return self._entries[key][0]
            if key not in self._flights:
                self._flights[key] = self._pool.submit(self._fly, key)
            flight = self._flights[key]
        return flight.result()

    def _fly(self, key: K) -> V:
        try:
            value = self._load(key)
            with self._lock:
                self._entries[key] = value, self._clock() + self._ttl
                self._entries.move_to_end(key)
                while len(self._entries) > self._max_size:
                    self._entries.popitem(last=False)
            return value
        finally:
            with self._lock:
                del self._flights[key]
