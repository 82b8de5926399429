"""The Future is the cache entry, and a Future that failed says so to whoever asks.

fails: test_error_reaches_every_caller_and_is_forgotten
says: an Exception, once
seen_in: Future
feedback: You keep the Future of a failed load, so one bad moment of the shop raises its old error
    for everyone until ttl ends. When a load fails, remove its Future before you set the exception;
    the next get then loads again.
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
        self._futures: OrderedDict[K, tuple[Future[V], float]] = OrderedDict()

    def get(self, key: K) -> V:
        with self._lock:
            if key in self._futures and self._clock() - self._futures[key][1] < self._ttl:
                return_early, own = self._futures[key][0], None
            else:
                return_early = own = Future()
                self._futures[key] = own, self._clock()
                self._futures.move_to_end(key)
                while len(self._futures) > self._max_size:
                    self._futures.popitem(last=False)
        if own is not None:
            try:
                own.set_result(self._load(key))
            except BaseException as error:
                own.set_exception(error)
        return return_early.result()
