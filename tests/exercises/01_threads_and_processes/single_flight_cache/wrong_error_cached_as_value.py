"""How a load ended, well or badly, is kept for ttl: a failing shop should not be asked all the time.

fails: test_error_reaches_every_caller_and_is_forgotten
says: an Exception, once
feedback: You store the error like a value, so get raises it again without asking whether the shop
    is back. Sparing a failing shop is a circuit breaker's job; here a failed load leaves nothing
    behind.
"""

from collections import OrderedDict, defaultdict
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
        self._guard = Lock()
        self._key_locks: defaultdict[K, Lock] = defaultdict(Lock)
        self._outcomes: OrderedDict[K, tuple[V | None, BaseException | None, float]] = OrderedDict()

    def get(self, key: K) -> V:
        with self._guard:
            key_lock = self._key_locks[key]
        with key_lock:
            value, error, expires = self._outcomes.get(key, (None, None, float("-inf")))
            if self._clock() >= expires:
                value, error = self._outcome(key)
        if error is not None:
            raise error
        return value  # type: ignore[return-value]

    def _outcome(self, key: K) -> tuple[V | None, BaseException | None]:
        value, raised = None, None
        try:
            value = self._load(key)
        except BaseException as error:
            raised = error
        with self._guard:
            self._outcomes[key] = value, raised, self._clock() + self._ttl
            self._outcomes.move_to_end(key)
            while len(self._outcomes) > self._max_size:
                self._outcomes.popitem(last=False)
        return value, raised
