"""A lock per key, kept for ever; whoever gets it looks once more before it loads."""

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
        self._guard = Lock()  # of the two dicts, never held while loading
        self._key_locks: defaultdict[K, Lock] = defaultdict(Lock)
        self._entries: OrderedDict[K, tuple[V, float]] = OrderedDict()

    def get(self, key: K) -> V:
        with self._guard:
            key_lock = self._key_locks[key]
        with key_lock:
            found = self._lookup(key)
            if found is None:
                found = self._load(key), self._clock()
                self._store(key, found)
            return found[0]

    def _lookup(self, key: K) -> tuple[V, float] | None:
        with self._guard:
            entry = self._entries.get(key)
            if entry is None or self._clock() - entry[1] > self._ttl:
                return None
            self._entries.move_to_end(key)
            return entry

    def _store(self, key: K, entry: tuple[V, float]) -> None:
        with self._guard:
            self._entries[key] = entry
            self._entries.move_to_end(key)
            while len(self._entries) > self._max_size:
                self._entries.popitem(last=False)
