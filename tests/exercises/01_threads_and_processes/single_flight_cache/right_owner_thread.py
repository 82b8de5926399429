"""One thread owns all state and takes messages from a queue: no lock at all, loads run in threads that report back."""

from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
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
        self._entries: dict[K, tuple[float, V]] = {}
        self._waiting: dict[K, list[Future[V]]] = {}
        self._inbox: SimpleQueue[Callable[[], None]] = SimpleQueue()
        Thread(target=self._own, daemon=True).start()

    def get(self, key: K) -> V:
        reply: Future[V] = Future()
        self._inbox.put(lambda: self._asked(key, reply))
        return reply.result()

    def _own(self) -> None:
        while True:
            handle = self._inbox.get()
            handle()
            del handle  # it may hold a value that is to be dropped

    def _asked(self, key: K, reply: Future[V]) -> None:
        if key in self._entries and self._clock() < self._entries[key][0]:
            reply.set_result(self._entries[key][1])
        elif key in self._waiting:
            self._waiting[key].append(reply)
        else:
            self._waiting[key] = [reply]
            Thread(target=self._fly, args=(key,), daemon=True).start()

    def _fly(self, key: K) -> None:
        try:
            value = self._load(key)
        except BaseException as error:
            failure = error
            self._inbox.put(lambda: self._failed(key, failure))
        else:
            self._inbox.put(lambda: self._landed(key, value))

    def _failed(self, key: K, error: BaseException) -> None:
        for reply in self._waiting.pop(key):
            reply.set_exception(error)

    def _landed(self, key: K, value: V) -> None:
        self._entries.pop(key, None)
        if len(self._entries) >= self._max_size:
            del self._entries[min(self._entries, key=lambda each: self._entries[each][0])]
        self._entries[key] = self._clock() + self._ttl, value
        for reply in self._waiting.pop(key):
            reply.set_result(value)
