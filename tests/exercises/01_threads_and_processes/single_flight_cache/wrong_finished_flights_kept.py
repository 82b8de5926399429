"""The values are bounded; what is kept to coordinate the callers does not count.

fails: test_at_most_max_size_values_are_kept
says: Whatever you keep for a key
seen_in: Future
feedback: Your finished Futures stay in their dict, and a Future holds its result: every value ever
    loaded stays in memory. Remove a flight when it has landed.
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
            mine = flight is None or flight.done()
            if flight is None or flight.done():
                flight = self._flights[key] = Future()
        if mine:
            self._fly(key, flight)
        return flight.result()

    def _fly(self, key: K, flight: Future[V]) -> None:
        try:
            value = self._load(key)
        except BaseException as error:
            flight.set_exception(error)
            return
        with self._lock:
            self._entries[key] = value, self._clock() + self._ttl
            self._entries.move_to_end(key)
            while len(self._entries) > self._max_size:
                self._entries.popitem(last=False)
            flight.set_result(value)
