"""A value that is asked for is in use, so each get renews it.

fails: test_value_expires_after_ttl
says: which is older than ttl
feedback: Each hit of yours renews the value's age, so a popular price is never loaded again,
    however old it is. Note the time when the load ends, and nowhere else.
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
            entry = self._entries.get(key)
            if entry is None or self._clock() - entry[1] >= self._ttl:
                value = self._load(key)
            else:
                value = entry[0]
            self._store(key, value)
            return value

    def _store(self, key: K, value: V) -> None:
        with self._guard:
            self._entries[key] = value, self._clock()
            self._entries.move_to_end(key)
            while len(self._entries) > self._max_size:
                self._entries.popitem(last=False)
