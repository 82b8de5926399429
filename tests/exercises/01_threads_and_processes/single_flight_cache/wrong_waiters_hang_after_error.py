"""If load raises, the error goes to the caller who loaded; there is nothing to tell the others.

fails: test_error_reaches_every_caller_and_is_forgotten
says: The call can never end
seen_in: Event, wait
feedback: When load raises, your code leaves before it sets the Event, so all who wait for it wait
    for ever. Wake them on every way out, with `try` and `finally`, and tell them how it ended.
"""

from collections import OrderedDict
from collections.abc import Callable
from threading import Event, Lock
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
        self._flights: dict[K, Event] = {}

    def get(self, key: K) -> V:
        while True:
            with self._lock:
                if key in self._entries and self._clock() < self._entries[key][1]:
                    return self._entries[key][0]
                landed = self._flights.get(key)
                if landed is None:
                    landed = self._flights[key] = Event()
                    break
            landed.wait()
        value = self._load(key)
        with self._lock:
            self._entries[key] = value, self._clock() + self._ttl
            self._entries.move_to_end(key)
            while len(self._entries) > self._max_size:
                self._entries.popitem(last=False)
            del self._flights[key]
        landed.set()
        return value
