"""The load has ended once, so one notify is enough.

fails: test_cold_callers_share_one_load
may_fail: test_error_reaches_every_caller_and_is_forgotten, test_none_is_cached_like_any_value, test_load_may_get_another_key (who is woken may wake the next on its way out; a hang that cannot be proven ends these calls too)
says: The call can never end
seen_in: notify
feedback: `notify()` wakes one of the threads that wait; the others sleep on, and nobody will ever
    wake them. Use `notify_all()`: everyone's question has been answered.
"""

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
            while key in self._in_flight:
                self._changed.wait()
            if key in self._entries and self._clock() - self._entries[key][1] < self._ttl:
                return self._entries[key][0]
            self._in_flight.add(key)
        try:
            value = self._load(key)
            self._store(key, value)
            return value
        finally:
            with self._changed:
                self._in_flight.remove(key)
                self._changed.notify()

    def _store(self, key: K, value: V) -> None:
        with self._changed:
            self._entries.pop(key, None)
            self._entries[key] = value, self._clock()
            while len(self._entries) > self._max_size:
                del self._entries[next(iter(self._entries))]
