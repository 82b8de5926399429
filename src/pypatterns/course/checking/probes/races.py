"""Races that always show: a thread that has read a value is held until another has read it too, or nobody else can.

>>> watch = Watch(callers=2)
>>> Slow = slowed(answer.Account, "balance", watch)
>>> account = Slow(1, 100)
>>> together(*[partial(watch.call, bank.transfer, account, other, 10)] * 2)
>>> account.balance                         # 90 if both read 100 before one wrote: an update is lost, every time

Where a lock keeps the others away they stand still, and the held thread goes on some milliseconds later. An update is
lost only where two threads read the same object: of opposite transfers that run in step neither loses any, of two
transfers from one account one does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from threading import Event, Lock, get_ident
from typing import Any

from pypatterns.course.checking.probes.watch import Watch

MOST_HOLDS = 6  # times that one thread is held in vain: a right answer must not pay for every read

Hook = Callable[[Any], object]


class Race:
    """Holds whoever has read a thing until another thread has read the same thing."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._lock = Lock()
        self._held: dict[int, Event] = {}  # one a thing at most: the next reader lets it go
        self._in_vain: Counter[int] = Counter()

    def read(self, thing: object) -> None:
        """This thread has read the thing, and may be about to write what follows from it."""
        if not self._watch.begun:
            return
        overtaken = self._overtake(thing)
        if overtaken is None:
            return
        try:
            if not self._watch.hold(overtaken):
                self._in_vain[get_ident()] += 1
        finally:
            with self._lock:
                if self._held.get(id(thing)) is overtaken:
                    del self._held[id(thing)]

    def _overtake(self, thing: object) -> Event | None:
        """Let the thread go that is held at the thing. If there is none, the event until which this one is to be held."""
        with self._lock:
            before = self._held.pop(id(thing), None)
            if before is not None:
                before.set()
                return None
            if self._in_vain[get_ident()] >= MOST_HOLDS:
                return None
            self._held[id(thing)] = overtaken = Event()
            return overtaken


def slowed(owner: type, name: str, watch: Watch) -> type:
    """A subclass whose attribute `name` keeps the window between a read and a write open, once the watch's callers have begun."""
    return hooked(owner, name, after_read=Race(watch).read)


def hooked(
    owner: type, name: str, *, after_read: Hook | None = None, before_write: Hook | None = None
) -> type:
    """A subclass whose attribute `name` tells of each access, with the object, before the value is handed on or stored.

    A read gives what was stored when it began, so a hook can hold the window between a read and a write open. The first
    write to an object, which its constructor does, is not told.
    """
    place = f"_hooked_{name}"

    def read(thing: Any) -> Any:
        try:
            value = vars(thing)[place]
        except KeyError:
            raise AttributeError(f"no {name} yet", name=name, obj=thing) from None
        if after_read is not None:
            after_read(thing)
        return value

    def write(thing: Any, value: Any) -> None:
        if before_write is not None and place in vars(thing):
            before_write(thing)
        vars(thing)[place] = value

    members = {name: property(read, write), "__module__": owner.__module__}
    return type(owner.__name__, (owner,), members)
