"""An expired value is still good for one more caller while a thread loads the new one.

fails: test_value_expires_after_ttl
says: which is older than ttl
seen_in: Thread or submit
feedback: Serving the old value while a new one loads is a known technique (stale-while-revalidate),
    but here a value older than ttl must never be served. Whoever finds an expired value waits for
    the load.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Callable
from threading import Lock, Thread
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
            if entry is None:
                return self._refreshed(key)
            if self._clock() - entry[1] >= self._ttl:
                Thread(target=self._refreshed, args=(key,), daemon=True).start()
            return entry[0]

    def _refreshed(self, key: K) -> V:
        value = self._load(key)
        self._store(key, value)
        return value

    def _store(self, key: K, value: V) -> None:
        with self._guard:
            self._entries[key] = value, self._clock()
            self._entries.move_to_end(key)
            while len(self._entries) > self._max_size:
                self._entries.popitem(last=False)
