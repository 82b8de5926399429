"""`popitem()` on an OrderedDict makes room by removing the oldest.

fails: test_at_most_max_size_values_are_kept
says: it had been dropped
seen_in: popitem
feedback: `popitem()` takes the last item, the one that you have just stored; the oldest goes with
    `popitem(last=False)`. As it is, a full cache keeps its first values for ever and loads all
    others each time.
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
            value = self._load(key)
            self._store(key, value)
            return value

    def _store(self, key: K, value: V) -> None:
        with self._guard:
            self._entries[key] = value, self._clock()
            self._entries.move_to_end(key)
            while len(self._entries) > self._max_size:
                self._entries.popitem()
