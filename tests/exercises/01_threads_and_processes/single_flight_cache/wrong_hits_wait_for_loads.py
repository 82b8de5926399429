"""Loads of different keys run at once, and hits may wait for them: they are only readers.

fails: test_no_key_waits_for_another
may_fail: test_load_may_get_another_key (a load whose own get is a hit waits for itself)
says: a cached key; expected it to return at once
seen_in: Condition or Lock or RLock
feedback: Your lock for readers is closed while anything loads, so a hit waits for a load that it
    does not need. A finished value needs the lock only for the moment of the lookup.
"""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Condition
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
        self._changed = Condition()
        self._loading = 0
        self._entries: dict[K, tuple[V, float]] = {}
        self._flights: dict[K, Future[V]] = {}

    def get(self, key: K) -> V:
        with self._changed:
            if self._is_fresh(key):
                self._changed.wait_for(lambda: self._loading == 0)
                if self._is_fresh(key):
                    return self._entries[key][0]
            flight = self._flights.get(key)
            if flight is None:
                own = self._flights[key] = Future()
                self._loading += 1
        if flight is not None:
            return flight.result()
        try:
            value = self._load(key)
        except BaseException as error:
            self._landed(key)
            own.set_exception(error)
            raise
        self._landed(key, value)
        own.set_result(value)
        return value

    def _is_fresh(self, key: K) -> bool:
        return key in self._entries and self._clock() < self._entries[key][1]

    def _landed(self, key: K, *values: V) -> None:
        with self._changed:
            for value in values:
                self._entries.pop(key, None)
                self._entries[key] = value, self._clock() + self._ttl
            while len(self._entries) > self._max_size:
                del self._entries[next(iter(self._entries))]
            del self._flights[key]
            self._loading -= 1
            self._changed.notify_all()
