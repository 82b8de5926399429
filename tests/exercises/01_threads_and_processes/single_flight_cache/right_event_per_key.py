"""An Event per key in flight, with the outcome beside it: every waiter gets that very outcome."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, RLock
from typing import Any, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


@dataclass
class Flight:
    """One load under way and, once it has landed, how it ended."""

    landed: Event = field(default_factory=Event)
    value: Any = None
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
        self._lock = RLock()
        self._flights: dict[K, Flight] = {}
        self._cached: OrderedDict[K, tuple[float, V]] = OrderedDict()

    def get(self, key: K) -> V:
        with self._lock:
            if self._is_fresh(key):
                return self._cached[key][1]
            flight = self._flights.get(key)
            if flight is None:
                flight = self._flights[key] = Flight()
                takes_off = True
            else:
                takes_off = False
        if takes_off:
            self._fly(key, flight)
        flight.landed.wait()
        if flight.error is not None:
            raise flight.error
        value: V = flight.value
        return value

    def _is_fresh(self, key: K) -> bool:
        return key in self._cached and self._clock() < self._cached[key][0] + self._ttl

    def _fly(self, key: K, flight: Flight) -> None:
        try:
            flight.value = self._load(key)
        except BaseException as error:
            flight.error = error
        with self._lock:
            if flight.error is None:
                self._cached[key] = self._clock(), flight.value
                self._cached.move_to_end(key)
                self._evict()
            del self._flights[key]
        flight.landed.set()

    def _evict(self) -> None:
        while len(self._cached) > self._max_size:
            self._cached.popitem(last=False)
