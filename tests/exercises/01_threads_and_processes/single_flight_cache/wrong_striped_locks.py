"""A fixed array of locks, chosen by the key's hash, is as good as a lock per key and needs less memory.

fails: test_no_key_waits_for_another
may_fail: test_load_may_get_another_key (two loads that ask for keys of each other's stripes can wait for each other)
says: a cold key; expected it to return
seen_in: hash, Lock or RLock
feedback: Two keys whose hashes fall on the same lock wait for each other, and with any fixed number
    of locks such keys exist. Give each key in flight a marker of its own, and remove it afterwards.
"""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock, RLock
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
        self._stripes = [RLock() for _ in range(64)]
        self._entries: OrderedDict[K, tuple[V, float]] = OrderedDict()

    def get(self, key: K) -> V:
        with self._stripes[hash(key) % len(self._stripes)]:
            with self._guard:
                if key in self._entries and self._clock() < self._entries[key][1]:
                    return self._entries[key][0]
            value = self._load(key)
            with self._guard:
                self._entries[key] = value, self._clock() + self._ttl
                self._entries.move_to_end(key)
                while len(self._entries) > self._max_size:
                    self._entries.popitem(last=False)
            return value
