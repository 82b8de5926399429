"""`dict.setdefault` is one atomic step, so looking and marking needs no lock.

fails: test_cold_callers_share_one_load
says: must be one step under one lock
seen_in: setdefault, get
feedback: `setdefault` makes one marker for many callers, but your look at the values is a step of
    its own: who looked before the value was stored, and marks after the flight was removed, loads
    again. Look at both, values and flights, in one step under one lock.
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
        entry = self._entries.get(key)
        if entry is not None and self._clock() - entry[1] < self._ttl:
            return entry[0]
        own: Future[V] = Future()
        flight = self._flights.setdefault(key, own)
        if flight is own:
            self._fly(key, own)
        return flight.result()

    def _fly(self, key: K, flight: Future[V]) -> None:
        try:
            value = self._load(key)
            self._store(key, value)
        except BaseException as error:
            del self._flights[key]
            flight.set_exception(error)
        else:
            del self._flights[key]
            flight.set_result(value)

    def _store(self, key: K, value: V) -> None:
        with self._lock:
            self._entries[key] = value, self._clock()
            self._entries.move_to_end(key)
            while len(self._entries) > self._max_size:
                self._entries.popitem(last=False)
