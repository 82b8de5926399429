"""Each caller gets a copy of its own, so that nobody changes what is cached.

fails: test_cold_callers_share_one_load
says: no copy, no wrapper
seen_in: copy or deepcopy
feedback: All callers must get the very object that load returned. A copy costs time and memory,
    breaks identity, and fails for what cannot be copied; whoever wants to change a value copies it.
"""

import copy
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
                return copy.copy(self._entries[key][0])
            flight = self._flights.get(key)
            if flight is None:
                own = self._flights[key] = Future()
        if flight is not None:
            return copy.copy(flight.result())
        try:
            value = self._load(key)
        except BaseException as error:
            self._landed(key)
            own.set_exception(error)
            raise
        self._landed(key, value)
        own.set_result(value)
        return copy.copy(value)

    def _landed(self, key: K, *values: V) -> None:
        with self._lock:
            for value in values:
                self._entries[key] = value, self._clock() + self._ttl
                self._entries.move_to_end(key)
            while len(self._entries) > self._max_size:
                self._entries.popitem(last=False)
            del self._flights[key]
