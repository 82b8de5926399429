"""A lock per key makes callers of one key wait for each other, so they load once.

fails: test_cold_callers_share_one_load
says: While one thread loads a key
seen_in: Lock or RLock, defaultdict or setdefault
feedback: Callers of a key wait for its lock, but each of them then loads again, one after the
    other. After you got the lock, look once more: the value may have arrived while you waited.
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
            if key in self._entries and self._clock() < self._entries[key][1]:
                return self._entries[key][0]
            key_lock = self._key_locks[key]
        with key_lock:
            value = self._load(key)
            with self._guard:
                self._entries[key] = value, self._clock() + self._ttl
                self._entries.move_to_end(key)
                while len(self._entries) > self._max_size:
                    self._entries.popitem(last=False)
            return value
