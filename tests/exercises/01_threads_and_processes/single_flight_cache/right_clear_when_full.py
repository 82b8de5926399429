"""The cache is emptied when it is full: the plainest policy that keeps what was loaded last."""

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
        self._values: dict[K, tuple[V, float]] = {}
        self._flights: dict[K, Future[V]] = {}

    def get(self, key: K) -> V:
        with self._lock:
            if key in self._values:
                value, expires = self._values[key]
                if self._clock() < expires:
                    return value
                del self._values[key]
            flight = self._flights.get(key)
            if flight is None:
                self._flights[key] = Future()
        return self._fly(key) if flight is None else flight.result()

    def _fly(self, key: K) -> V:
        try:
            value = self._load(key)
        except BaseException as error:
            self._landed(key).set_exception(error)
            raise
        self._landed(key, value).set_result(value)
        return value

    def _landed(self, key: K, *values: V) -> Future[V]:
        with self._lock:
            for value in values:
                if len(self._values) >= self._max_size:
                    self._values.clear()
                self._values[key] = value, self._clock() + self._ttl
            return self._flights.pop(key)
