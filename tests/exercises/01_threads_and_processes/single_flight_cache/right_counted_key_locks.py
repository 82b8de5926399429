"""A lock per key that counts who uses it: the last one out removes it."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


@dataclass
class Door:
    lock: Lock = field(default_factory=Lock)
    users: int = 0


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
        self._doors: dict[K, Door] = {}
        self._entries: OrderedDict[K, tuple[V, float]] = OrderedDict()

    def get(self, key: K) -> V:
        with self._only_one(key):
            with self._guard:
                if key in self._entries and self._clock() < self._entries[key][1]:
                    return self._entries[key][0]
            value = self._load(key)
            with self._guard:
                self._entries[key] = value, self._clock() + self._ttl
                self._entries.move_to_end(key)
                while len(self._entries) > self._max_size:
                    self._entries.popitem(last=False)
            return value

    @contextmanager
    def _only_one(self, key: K) -> Iterator[None]:
        with self._guard:
            door = self._doors.setdefault(key, Door())
            door.users += 1
        try:
            with door.lock:
                yield
        finally:
            with self._guard:
                door.users -= 1
                if door.users == 0:
                    del self._doors[key]
