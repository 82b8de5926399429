"""Hits read an immutable snapshot without a lock; misses meet at a Condition of their key and publish a new snapshot."""

from collections.abc import Callable, Mapping
from threading import Condition, Lock
from types import MappingProxyType
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
        self._snapshot: Mapping[K, tuple[float, V]] = MappingProxyType({})
        self._writing = Lock()  # of the snapshot and the conditions
        self._flights: dict[K, Condition] = {}

    def get(self, key: K) -> V:
        hit = self._fresh(key)
        while hit is None:
            with self._writing:
                hit = self._fresh(key)
                flight = self._flights.get(key)
                if hit is None and flight is None:
                    self._flights[key] = Condition(self._writing)
                    break
                if hit is None and flight is not None:
                    flight.wait()
        else:
            return hit[1]
        return self._fly(key)

    def _fresh(self, key: K) -> tuple[float, V] | None:
        entry = self._snapshot.get(key)
        return entry if entry is not None and self._clock() < entry[0] else None

    def _fly(self, key: K) -> V:
        landed: dict[K, tuple[float, V]] = {}
        try:
            value = self._load(key)
            landed[key] = self._clock() + self._ttl, value
            return value
        finally:
            with self._writing:
                self._publish(landed)
                self._flights.pop(key).notify_all()

    def _publish(self, landed: dict[K, tuple[float, V]]) -> None:
        others = [item for item in self._snapshot.items() if item[0] not in landed]
        room = self._max_size - len(landed)
        kept = others[len(others) - room :] if len(others) > room else others
        self._snapshot = MappingProxyType(dict(kept) | landed)
