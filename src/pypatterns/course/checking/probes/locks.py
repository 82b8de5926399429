"""Locks that meet: whoever holds one and wants another waits until everybody else holds what they can get.

>>> @prepared(meeting_locks)
... def opposite_transfers(answer):
...     return values(together(partial(bank.transfer, a, b, 1), partial(bank.transfer, b, a, 1)))

Two threads that take two locks in opposite order all but never meet in the middle by themselves. With this step they do
so every time, and the deadlock is proven; locks taken in one order cost some milliseconds. The answer, and nobody else,
gets stand-ins from `threading.Lock`, `RLock` and `Condition()` and from `_thread`. What locks by other means, a semaphore
or a queue, does not meet here; see pause.py for that.
"""

from __future__ import annotations

import _thread
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import get_ident, local
from types import FrameType
from typing import Any

from pypatterns.course.checking.introspection.ownership import is_answers
from pypatterns.course.checking.probes.lock_doubles import (
    Listener,
    LockStandIn,
    RLockStandIn,
    StandIn,
)
from pypatterns.course.checking.probes.watch import Watch

MOST_WAITS = 3  # times that one thread waits for the others
BOUND = 0.1  # seconds, each

_CONDITION = threading.Condition.__init__.__code__


@contextmanager
def meeting_locks() -> Iterator[None]:
    """A step to take before the import: the locks that the answer makes meet."""
    meeting = _Meeting()
    lock = _offer("Lock", threading.Lock, LockStandIn, meeting)
    rlock = _offer("RLock", threading.RLock, RLockStandIn, meeting)
    offers = (
        (threading, "Lock", lock),
        (threading, "RLock", rlock),
        (_thread, "allocate_lock", lock),
        (_thread, "RLock", rlock),
    )
    before = [getattr(module, name) for module, name, _ in offers]
    for module, name, offer in offers:
        setattr(module, name, offer)
    try:
        yield
    finally:
        for (module, name, _), value in zip(offers, before, strict=True):
            setattr(module, name, value)


class _Meeting(Listener):
    """Which of the locks each thread holds, and how often it has waited for the others."""

    def __init__(self) -> None:
        self._watch = Watch()
        self._held: defaultdict[int, Counter[StandIn]] = defaultdict(Counter)
        self._own = local()  # a thread's number is used again when it has ended

    def before_taking(self, lock: StandIn) -> None:
        """If this thread holds another lock already, let everybody else come as far as they can."""
        me = get_ident()
        held = +self._held[me]
        waited = getattr(self._own, "waited", 0)
        if held and lock not in held and waited < MOST_WAITS:
            self._own.waited = waited + 1
            self._watch.settle(bound=BOUND)

    def changed(self, lock: StandIn, owner: int, times: int) -> None:
        """The thread `owner` has taken the lock so many times more, or less."""
        self._held[owner][lock] += times


class _Offer(type):
    """The type of what takes the place of `threading.Lock`: called by the answer it gives a stand-in, by others a real lock."""

    make: Callable[..., Any]
    kind: type[StandIn]
    meeting: _Meeting

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        real = cls.make(*args, **kwargs)
        return cls.kind(real, cls.meeting) if _is_for_answer(sys._getframe(1)) else real

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, type(cls.make()))


def _offer(name: str, make: Any, kind: type[StandIn], meeting: _Meeting) -> _Offer:
    return _Offer(name, (), {"make": staticmethod(make), "kind": kind, "meeting": meeting})


def _is_for_answer(frame: FrameType) -> bool:
    """Whether the answer asks for the lock, for itself or for a `Condition()`."""
    return is_answers(frame.f_back if frame.f_code is _CONDITION else frame)
