"""functools.lru_cache is thread-safe, so it loads once; the clock's time slot in the key makes values expire.

fails: test_cold_callers_share_one_load, test_value_expires_after_ttl
seen_in: lru_cache
feedback: lru_cache only keeps its own data whole: threads that come before the first load has ended
    all load (its documentation says so). A time slot in the key is no age either: at the slot's end
    a young value is lost.
"""

from collections.abc import Callable
from functools import lru_cache
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

        @lru_cache(maxsize=max_size)
        def load_in_slot(key: K, slot: int) -> V:
            return load(key)

        self._load_in_slot = load_in_slot

    def get(self, key: K) -> V:
        return self._load_in_slot(key, int(self._clock() // self._ttl))
