"""With an RLock a load may call get again, so one lock around all of get is enough.

fails: test_no_key_waits_for_another
says: a cached key; expected it to return
seen_in: RLock
feedback: An RLock lets the thread that loads come in again, but all other threads still wait for
    it, whatever key they want. Hold the lock only to look up a value or to leave a marker for the
    key, and load without it.
"""

from collections import OrderedDict
from collections.abc import Callable
from threading import RLock
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
        self._lock = RLock()
        self._entries: OrderedDict[K, tuple[V, float]] = OrderedDict()

    def get(self, key: K) -> V:
        with self._lock:
            entry = self._entries.get(key)
            if entry is None or self._clock() >= entry[1]:
                entry = self._load(key), self._clock() + self._ttl
                self._store(key, entry)
            return entry[0]

    def _store(self, key: K, entry: tuple[V, float]) -> None:
        self._entries.pop(key, None)
        self._entries[key] = entry
        while len(self._entries) > self._max_size:
            self._entries.popitem(last=False)
