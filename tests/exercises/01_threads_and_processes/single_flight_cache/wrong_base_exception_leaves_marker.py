"""Waiters must hear of every error, but only an ordinary one needs the marker removed.

fails: test_error_reaches_every_caller_and_is_forgotten
says: a BaseException, once
seen_in: except
feedback: After a BaseException your marker stays: the waiters are told, but every later get finds
    the old flight and its old error. Remove the marker on every way out; `finally` does not ask
    which error it was.
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
        except BaseException as error:
            if isinstance(error, Exception):
                self._forget(key)
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

    def _forget(self, key: K) -> None:
        with self._lock:
            self._flights.pop(key, None)
