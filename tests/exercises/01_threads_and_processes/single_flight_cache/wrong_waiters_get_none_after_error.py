"""When the flight has landed its value is there, and the waiters only have to read it.

fails: test_error_reaches_every_caller_and_is_forgotten
says: the first returned None
feedback: After a failed load there is no value, and your waiters return None as if the load had
    given it. Keep the error beside the value and raise it in every waiter, or let the waiters look
    again and load.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


@dataclass
class Flight:
    landed: Event = field(default_factory=Event)
    value: Any = None


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
        self._flights: dict[K, Flight] = {}

    def get(self, key: K) -> V:
        with self._lock:
            if key in self._entries and self._clock() < self._entries[key][1]:
                return self._entries[key][0]
            flight = self._flights.get(key)
            if flight is None:
                own = self._flights[key] = Flight()
        if flight is not None:
            flight.landed.wait()
            return flight.value
        try:
            own.value = self._load(key)
            self._store(key, own.value)
            return own.value
        finally:
            with self._lock:
                del self._flights[key]
            own.landed.set()

    def _store(self, key: K, value: V) -> None:
        with self._lock:
            self._entries[key] = value, self._clock() + self._ttl
            self._entries.move_to_end(key)
            while len(self._entries) > self._max_size:
                self._entries.popitem(last=False)
