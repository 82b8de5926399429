"""Room for a value is made before it is loaded.

fails: test_at_most_max_size_values_are_kept
says: room made before a load
feedback: Several threads can make room at the same time, each for itself, before any of them
    stores; then all store, and the cache is too full. Make room in the step that stores.
"""

from collections import OrderedDict, defaultdict
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
        self._key_locks: defaultdict[K, Lock] = defaultdict(Lock)
        self._entries: OrderedDict[K, tuple[V, float]] = OrderedDict()

    def get(self, key: K) -> V:
        with self._guard:
            key_lock = self._key_locks[key]
        with key_lock:
            with self._guard:
                if key in self._entries and self._clock() - self._entries[key][1] < self._ttl:
                    return self._entries[key][0]
                self._entries.pop(key, None)
                while len(self._entries) >= self._max_size:
                    self._entries.popitem(last=False)
            value = self._load(key)
            with self._guard:
                self._entries[key] = value, self._clock()
            return value
