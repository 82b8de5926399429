"""Run each key's loader once, however many threads ask for it at the same time.

>>> prices = SingleFlightCache(ask_the_shop, ttl=60, max_size=500, clock=time.monotonic)
>>> prices.get("tea")
320
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock, get_ident
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class SingleFlightCache(Generic[K, V]):
    """Loads a key once for all threads that want it now, and keeps the value for `ttl` seconds of `clock`.

    A loader that fails, fails for every caller that waits: all of them raise the same exception object. Nothing is kept
    then, and the next `get` loads again. When there are more than `max_size` values, the least recently used one goes.
    The name and the idea are those of Go's `golang.org/x/sync/singleflight`.
    """

    def __init__(
        self,
        load: Callable[[K], V],
        *,
        ttl: float,
        max_size: int,
        clock: Callable[[], float],
    ) -> None:
        """`load(key)` is called without any lock held. Raises `ValueError` if `max_size` is less than 1."""
        if max_size < 1:
            raise ValueError(f"max_size is {max_size}; a cache keeps one value at least")
        self._load, self._ttl, self._max_size, self._clock = load, ttl, max_size, clock
        self._lock = Lock()  # guards the two dicts; never held while load runs
        self._kept: OrderedDict[K, tuple[V, float]] = OrderedDict()  # value and time of its load
        self._flights: dict[K, _Flight[V]] = {}

    def get(self, key: K) -> V:
        """A value younger than `ttl`. Raises what `load` raises, in every caller that waits for it.

        A loader that asks for the key it is loading gets a `RuntimeError`: it would wait for itself.
        """
        with self._lock:
            if self._is_young(key):
                self._kept.move_to_end(key)
                return self._kept[key][0]
            flight = self._flights.get(key)
            is_mine = flight is None
            if flight is None:
                flight = self._flights[key] = _Flight()
        return self._fly(key, flight) if is_mine else flight.wait(key)

    def _is_young(self, key: K) -> bool:
        return key in self._kept and self._clock() - self._kept[key][1] < self._ttl

    def _fly(self, key: K, flight: _Flight[V]) -> V:
        try:
            value = self._load(key)
        except BaseException as error:  # a KeyboardInterrupt must not leave the others waiting
            with self._lock:
                del self._flights[key]
            flight.landed.set_exception(error)
            raise
        with self._lock:  # one step: a key in flight becomes a key that is kept
            self._keep(key, value)
            del self._flights[key]
        flight.landed.set_result(value)
        return value

    def _keep(self, key: K, value: V) -> None:
        self._kept[key] = value, self._clock()
        self._kept.move_to_end(key)
        while len(self._kept) > self._max_size:
            self._kept.popitem(last=False)


class _Flight(Generic[V]):
    """One load that is under way, and the thread in which it runs."""

    def __init__(self) -> None:
        self.landed: Future[V] = Future()
        self._thread = get_ident()

    def wait(self, key: object) -> V:
        if self._thread == get_ident():
            raise RuntimeError(f"the load of {key!r} asks for {key!r}: it would wait for itself")
        return self.landed.result()
