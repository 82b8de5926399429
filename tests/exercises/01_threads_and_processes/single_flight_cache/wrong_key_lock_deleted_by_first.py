"""Whoever has used a key's lock removes it, so that locks do not pile up.

fails: test_cold_callers_share_one_load
may_fail: test_error_reaches_every_caller_and_is_forgotten, test_load_may_get_another_key (callers that share the key meet the same KeyError)
says: KeyError
seen_in: Lock or RLock, defaultdict or setdefault
feedback: Every caller of a key deletes the same lock; the first succeeds, the others get a
    KeyError. Count who still waits and let the last one remove it, or keep the locks: only values
    must be few.
"""

from collections import OrderedDict
from collections.abc import Callable
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
        self._guard = Lock()
        self._key_locks: dict[K, Lock] = {}
        self._entries: OrderedDict[K, tuple[V, float]] = OrderedDict()

    def get(self, key: K) -> V:
        with self._guard:
            key_lock = self._key_locks.setdefault(key, Lock())
        with key_lock:
            try:
                return self._cached_or_loaded(key)
            finally:
                with self._guard:
                    del self._key_locks[key]

    def _cached_or_loaded(self, key: K) -> V:
        with self._guard:
            if key in self._entries and self._clock() < self._entries[key][1]:
                return self._entries[key][0]
        value = self._load(key)
        with self._guard:
            self._entries[key] = value, self._clock() + self._ttl
            self._entries.move_to_end(key)
            while len(self._entries) > self._max_size:
                self._entries.popitem(last=False)
        return value
