"""An empty value was not found, so it is worth another load.

fails: test_none_is_cached_like_any_value
says: load returned 0
feedback: 0, an empty string and False are answers too; `if value` or `or` takes them for a miss and
    loads them again and again. Decide by whether the key is there, not by what the value is.
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
            return self._fresh(key) or self._loaded(key)

    def _fresh(self, key: K) -> V | None:
        with self._guard:
            value, loaded_at = self._entries.get(key, (None, 0.0))
            return value if self._clock() - loaded_at < self._ttl else None

    def _loaded(self, key: K) -> V:
        value = self._load(key)
        self._store(key, value)
        return value

    def _store(self, key: K, value: V) -> None:
        with self._guard:
            self._entries[key] = value, self._clock()
            self._entries.move_to_end(key)
            while len(self._entries) > self._max_size:
                self._entries.popitem(last=False)
