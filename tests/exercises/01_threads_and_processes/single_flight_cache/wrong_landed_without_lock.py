"""To store a finished value is one assignment to a dict, and that needs no lock.

fails: test_cold_callers_share_one_load
says: needs the lock under which the others look for both
seen_in: Lock or RLock or Condition
feedback: Your callers look for the value and then for the marker, in one step under the lock. The thread that loads stores
    the value and removes the marker without it, so both can happen between the two looks: a caller then finds neither,
    and loads again. Hold the lock there, too.
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
            entry = self._entries.get(key)
            if entry is not None and self._clock() - entry[1] < self._ttl:
                return entry[0]
            flight = self._flights.get(key)
            if flight is None:
                own = self._flights[key] = Future()
        if flight is not None:
            return flight.result()
        try:
            value = self._load(key)
        except BaseException as error:
            del self._flights[key]
            own.set_exception(error)
            raise
        self._entries[key] = (value, self._clock())
        if len(self._entries) > self._max_size:
            self._entries.popitem(last=False)
        del self._flights[key]
        own.set_result(value)
        return value
