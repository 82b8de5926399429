"""Prove that calls run at once, and how many: the calls meet, and say who was there.

>>> meeting = Meeting(4)
>>> def fetch(url):
...     with meeting.visit(url):            # inside until four are, and then until nobody else can come
...         return Page(url)
>>> together(partial(answer.fetch_many, urls, fetch, workers=4))
>>> meeting.met, meeting.highest            # 1 and 4, if four calls run at once and never five

`Peak` only counts. Nobody is kept waiting in vain for long: if the others cannot come, all are let go, and the meeting
did not take place.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from threading import Event, Lock

from pypatterns.course.checking.probes.watch import Watch


class Peak:
    """How many are inside now, how many were at once at most, and who came, in order."""

    def __init__(self) -> None:
        self.inside = 0
        self.highest = 0
        self.came: list[Hashable] = []
        self._lock = Lock()

    @contextmanager
    def visit(self, who: Hashable = None) -> Iterator[None]:
        """Be inside as long as the block runs."""
        self._enter(who)
        try:
            yield
        finally:
            with self._lock:
                self.inside -= 1

    def _enter(self, who: Hashable) -> None:
        with self._lock:
            self.came.append(who)
            self.inside += 1
            self.highest = max(self.highest, self.inside)


class Meeting(Peak):
    """A meeting point of `guests`: each waits inside until all are there, and then until nobody else can come.

    `met` counts the rounds that took place, up to `rounds`. After these, or after one that did not take place, nobody
    waits any more. `too_many` is set when more than `guests` were inside at once.
    """

    def __init__(self, guests: int, *, rounds: int = 1, watch: Watch | None = None) -> None:
        super().__init__()
        self.met = 0
        self.too_many = Event()
        self._guests, self._rounds = guests, rounds
        self._watch = watch or Watch()
        self._gathered, self._let_go = Event(), Event()
        self._waiting = 0  # guests of the round that gathers now

    @contextmanager
    def visit(self, who: Hashable = None) -> Iterator[None]:
        """Be inside as long as the block runs, which begins when all have met or cannot."""
        with super().visit(who):
            self._meet()
            yield

    def _meet(self) -> None:
        with self._lock:
            if self.inside > self._guests:
                self.too_many.set()
            if self._rounds == 0:
                return
            self._waiting += 1
            is_host = self._waiting == 1
            let_go = self._let_go
            if self._waiting == self._guests:
                self._gathered.set()
        if is_host:
            self._host()
        else:
            let_go.wait()

    def _host(self) -> None:
        """Hold the round together, and let all go, so that nobody else needs a bound."""
        try:
            if self._watch.expect(self._gathered):
                self._watch.settle()
        finally:
            self._end_round(self._gathered.is_set())

    def _end_round(self, have_met: bool) -> None:
        with self._lock:
            self.met += have_met
            self._rounds = self._rounds - 1 if have_met else 0
            self._waiting = 0
            self._let_go.set()
            self._gathered, self._let_go = Event(), Event()
