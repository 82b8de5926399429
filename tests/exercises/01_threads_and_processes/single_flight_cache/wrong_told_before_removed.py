"""First the waiters are told, then there is time to tidy up.

fails: test_error_reaches_every_caller_and_is_forgotten
says: it got the old error without one
seen_in: set_exception
feedback: Between your `set_exception` and the `del` a waiter wakes up, asks again, finds the flight that
    has failed, and gets the same error from it: no second try ever reaches the shop. Remove the flight
    first, and tell then.
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
        self._values: OrderedDict[K, tuple[V, float]] = OrderedDict()
        self._flights: dict[K, Future[V]] = {}

    def get(self, key: K) -> V:
        with self._lock:
            if key in self._values:
                value, loaded = self._values[key]
                if self._clock() - loaded < self._ttl:
                    return value
            flight = self._flights.get(key)
            if flight is None:
                mine = self._flights[key] = Future()
        if flight is not None:
            return flight.result()
        try:
            value = self._load(key)
        except BaseException as error:
            mine.set_exception(error)
            with self._lock:
                del self._flights[key]
            raise
        with self._lock:
            self._values[key] = value, self._clock()
            self._values.move_to_end(key)
            while len(self._values) > self._max_size:
                self._values.popitem(last=False)
            del self._flights[key]
        mine.set_result(value)
        return value
