"""One lock around all of get is the safe way to have one load per key.

fails: test_no_key_waits_for_another, test_load_may_get_another_key
seen_in: Lock or Condition, with or acquire
feedback: Your lock is held while load runs, so one slow key blocks all others, and a load that
    calls get waits for itself. Hold the lock only to look up a value or to leave a marker for the
    key; load without it, and let callers of that key wait for the marker.
"""

from collections import OrderedDict
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
        self._lock = Lock()
        self._entries: OrderedDict[K, tuple[V, float]] = OrderedDict()

    def get(self, key: K) -> V:
        with self._lock:
            if key in self._entries:
                value, expires = self._entries[key]
                if self._clock() < expires:
                    return value
            value = self._load(key)
            self._entries[key] = value, self._clock() + self._ttl
            self._entries.move_to_end(key)
            if len(self._entries) > self._max_size:
                self._entries.popitem(last=False)
            return value
