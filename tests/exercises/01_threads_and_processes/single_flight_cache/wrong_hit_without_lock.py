"""Reading a dict is atomic, so a hit needs no lock.

fails: test_no_key_waits_for_another
may_fail: test_cold_callers_share_one_load (eight callers of one key can meet the same gap while a value is stored)
says: A hit looks and takes in one step
seen_in: in
feedback: Each read is atomic, but you read twice: between `key in` and the read that follows,
    another thread may drop the key, and your caller gets a KeyError. Look and take in one step:
    under the lock, or with a single `dict.get`.
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
        if key in self._entries:
            value, loaded_at = self._entries[key]
            if self._clock() - loaded_at < self._ttl:
                return value
        with self._guard:
            key_lock = self._key_locks[key]
        with key_lock:
            return self._cached_or_loaded(key)

    def _cached_or_loaded(self, key: K) -> V:
        with self._guard:
            if key in self._entries and self._clock() - self._entries[key][1] < self._ttl:
                return self._entries[key][0]
        value = self._load(key)
        self._store(key, value)
        return value

    def _store(self, key: K, value: V) -> None:
        with self._guard:
            self._entries[key] = value, self._clock()
            self._entries.move_to_end(key)
            while len(self._entries) > self._max_size:
                self._entries.popitem(last=False)
