"""Once a load has landed its value is in the cache, where the waiters can fetch it.

fails: test_cold_callers_share_one_load
says: in the cache it may be gone again
feedback: Between the landing and the moment when a waiter runs again, other keys may have pushed
    the value out, and your waiter gets a KeyError. Leave value and error with the marker and take
    them from there, or look again from the start.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


@dataclass
class Flight:
    landed: Event = field(default_factory=Event)
    error: BaseException | None = None


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
        if flight is None:
            return self._fly(key, own)
        flight.landed.wait()
        if flight.error is not None:
            raise flight.error
        with self._lock:
            return self._entries[key][0]

    def _fly(self, key: K, flight: Flight) -> V:
        try:
            value = self._load(key)
            self._store(key, value)
            return value
        except BaseException as error:
            flight.error = error
            raise
        finally:
            with self._lock:
                del self._flights[key]
            flight.landed.set()

    def _store(self, key: K, value: V) -> None:
        with self._lock:
            self._entries[key] = value, self._clock() + self._ttl
            self._entries.move_to_end(key)
            while len(self._entries) > self._max_size:
                self._entries.popitem(last=False)
