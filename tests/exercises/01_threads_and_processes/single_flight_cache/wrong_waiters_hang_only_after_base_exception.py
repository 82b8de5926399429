"""`except Exception` catches whatever a load can raise.

fails: test_error_reaches_every_caller_and_is_forgotten
says: The call can never end
seen_in: Future, except
feedback: KeyboardInterrupt, SystemExit and others are no Exception: they pass your `except`, nobody
    completes the Future, and all who wait for it hang. Catch BaseException here, hand it on, and
    let it go on its way.
"""

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
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
        self._flights: dict[K, Future[V]] = {}

    def get(self, key: K) -> V:
        with self._lock:
            if key in self._entries and self._clock() < self._entries[key][1]:
                return self._entries[key][0]
            flight = self._flights.get(key)
            if flight is None:
                own = self._flights[key] = Future()
        if flight is not None:
            return flight.result()
        try:
            value = self._load(key)
        except Exception as error:
            with self._lock:
                del self._flights[key]
            own.set_exception(error)
            raise
        with self._lock:
            self._entries[key] = value, self._clock() + self._ttl
            self._entries.move_to_end(key)
            while len(self._entries) > self._max_size:
                self._entries.popitem(last=False)
            del self._flights[key]
        own.set_result(value)
        return value
