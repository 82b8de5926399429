"""time.monotonic is the right clock for ages, so that is what the cache reads.

fails: test_value_expires_after_ttl
says: which is older than ttl
seen_in: monotonic
feedback: You read time.monotonic and not the clock that you were given. It may be the same in
    production, but a test, a simulation or a replay brings its own: call `clock()` wherever you
    need the time.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Callable
from threading import Lock
from time import monotonic
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
            if entry is None or monotonic() - entry[1] >= self._ttl:
                entry = self._load(key), monotonic()
                self._store(key, entry)
            return entry[0]

    def _store(self, key: K, entry: tuple[V, float]) -> None:
        with self._guard:
            self._entries[key] = entry
            self._entries.move_to_end(key)
            while len(self._entries) > self._max_size:
                self._entries.popitem(last=False)
