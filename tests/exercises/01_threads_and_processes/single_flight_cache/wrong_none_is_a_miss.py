"""`dict.get` answers None for a missing key, so None means that there is nothing.

fails: test_none_is_cached_like_any_value
says: load returned None
seen_in: get
feedback: A load may return None, and then your cache holds None and takes it for a miss. Ask `key
    in`, keep the value inside an entry of its own, or use a sentinel that no load can return.
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
            value = self._fresh(key)
            if value is None:
                value = self._load(key)
                self._store(key, value)
            return value

    def _fresh(self, key: K) -> V | None:
        with self._guard:
            value, loaded_at = self._entries.get(key, (None, 0.0))
            return value if self._clock() - loaded_at < self._ttl else None

    def _store(self, key: K, value: V) -> None:
        with self._guard:
            self._entries[key] = value, self._clock()
            self._entries.move_to_end(key)
            while len(self._entries) > self._max_size:
                self._entries.popitem(last=False)
