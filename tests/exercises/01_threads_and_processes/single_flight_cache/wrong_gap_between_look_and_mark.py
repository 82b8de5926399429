"""The lock guards every access to the dicts, so it does not matter that it is let go in between.

fails: test_cold_callers_share_one_load
says: must be one step under one lock
seen_in: Lock or RLock or Condition
feedback: You let go of the lock between looking for a flight and leaving your own. Two threads can
    both look before either has marked, and then both load. Look and mark inside one `with`.
"""

from collections import OrderedDict
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
        self._entries: OrderedDict[K, tuple[V, float]] = OrderedDict()
        self._flights: dict[K, Future[V]] = {}

    def get(self, key: K) -> V:
        with self._lock:
            if key in self._entries and self._clock() < self._entries[key][1]:
                return self._entries[key][0]
            flight = self._flights.get(key)
        if flight is not None:
            return flight.result()
        own: Future[V] = Future()
        with self._lock:
            self._flights[key] = own
        try:
            value = self._load(key)
        except BaseException as error:
            with self._lock:
                self._flights.pop(key, None)
            own.set_exception(error)
            raise
        with self._lock:
            self._entries[key] = value, self._clock() + self._ttl
            self._entries.move_to_end(key)
            while len(self._entries) > self._max_size:
                self._entries.popitem(last=False)
            self._flights.pop(key, None)
        own.set_result(value)
        return value
