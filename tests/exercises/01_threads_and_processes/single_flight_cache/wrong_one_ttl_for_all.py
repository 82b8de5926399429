"""When ttl has passed, the whole cache is out of date and is emptied.

fails: test_value_expires_after_ttl
says: which is younger than ttl
feedback: One time for the whole cache throws away values that were loaded a moment ago, and all
    keys load again at once. Every value has its own age: store the time of its load beside it.
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
        self._values: OrderedDict[K, V] = OrderedDict()
        self._emptied_at = clock()

    def get(self, key: K) -> V:
        with self._guard:
            self._empty_if_old()
            key_lock = self._key_locks[key]
        with key_lock:
            with self._guard:
                if key in self._values:
                    return self._values[key]
            value = self._load(key)
            self._store(key, value)
            return value

    def _empty_if_old(self) -> None:
        if self._clock() - self._emptied_at >= self._ttl:
            self._values.clear()
            self._emptied_at = self._clock()

    def _store(self, key: K, value: V) -> None:
        with self._guard:
            self._values[key] = value
            while len(self._values) > self._max_size:
                self._values.popitem(last=False)
