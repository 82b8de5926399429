"""One Condition and a set of the keys in flight: waiters look again, so after an error the next one loads."""

from collections.abc import Callable
from threading import Condition
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
        self._changed = Condition()
        self._in_flight: set[K] = set()
        self._entries: dict[K, tuple[V, float]] = {}

    def get(self, key: K) -> V:
        with self._changed:
            while True:
                self._drop_expired()
                if key in self._entries:
                    return self._entries[key][0]
                if key not in self._in_flight:
                    self._in_flight.add(key)
                    break
                self._changed.wait()
        return self._fly(key)

    def _fly(self, key: K) -> V:
        try:
            value = self._load(key)
        except BaseException:
            self._land(key)
            raise
        self._land(key, value)
        return value

    def _land(self, key: K, *loaded: V) -> None:
        with self._changed:
            self._in_flight.discard(key)
            for value in loaded:
                self._entries[key] = value, self._clock() + self._ttl
            while len(self._entries) > self._max_size:
                del self._entries[next(iter(self._entries))]
            self._changed.notify_all()

    def _drop_expired(self) -> None:
        now = self._clock()
        for key in [key for key, (_, expires) in self._entries.items() if expires <= now]:
            del self._entries[key]
