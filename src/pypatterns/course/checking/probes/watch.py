"""Hold a thread until the wrong thing happens, or until nothing more can happen: no driver hopes that things overlap.

>>> second, watch = Event(), Watch(callers=8)
>>> def load(key):
...     loads.append(key)
...     if len(loads) > 1: second.set()
...     watch.hold(second)          # held open until another load begins, or all others wait for this one
>>> in_threads(8, watch.call, cache.get, "tea")

A right answer waits for milliseconds, since the others soon stand still; a wrong one shows every time, since they are
waited for however busy the machine is. Call the answer from threads of `in_threads` or `together`: who only watches
over those is not waited for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, get_ident, get_native_id
from time import monotonic
from typing import Any

from pypatterns.course.checking.introspection.activity import native_id
from pypatterns.course.checking.probes.kernel_waits import Proof
from pypatterns.course.checking.probes.stillness import Others
from pypatterns.course.checking.probes.threads import watching

BOUND = 0.5  # seconds that a thread is held at most
LONG_BOUND = 1.5  # seconds that something is expected at most, where somebody never stands still
TURN, LONG_TURN = 0.0005, 0.005  # seconds between two looks at the others
TURNS, LONG_TURNS = 8, 60  # looks in a row that find everybody standing still
CHANCES = 20  # looks that find a thread farther on than the last one did

# The threads that any watch holds, and what lets each of them go: nothing comes from them until then.
_held: dict[int, Event] = {}


class Watch:
    """Sees how far the others have come, for a thread that is held."""

    def __init__(self, callers: int = 0) -> None:
        """Nobody counts as standing still before so many calls were begun through `call`."""
        self._callers = callers
        self._begun: list[int] = []

    @property
    def begun(self) -> int:
        """How many calls were begun so far."""
        return len(self._begun)

    def call(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call, and be one of the callers from now on."""
        self._begun.append(get_ident())
        return fn(*args, **kwargs)

    def hold(self, until: Event, *, turns: int = TURNS, bound: float = BOUND) -> bool:
        """Hold this thread until the wrong thing happens, the event, and say whether it did.

        It is let go when it is proven that no other thread can go on by itself (kernel_waits.py), else when everybody else
        stands still or had many chances, or after `bound` seconds.
        """
        return self._wait(until, TURN, turns, CHANCES, bound)

    def expect(self, until: Event, *, bound: float = LONG_BOUND) -> bool:
        """Hold this thread until the right thing happens, the event, and say whether it did.

        Given up, a third of a second after the last move of anybody, or after `bound` seconds.
        """
        return self._wait(until, LONG_TURN, LONG_TURNS, None, bound)

    def settle(self, *, turns: int = TURNS, bound: float = BOUND) -> None:
        """Wait until everybody else stands still or had many chances, or `bound` seconds have passed."""
        self.hold(Event(), turns=turns, bound=bound)

    def _wait(
        self, until: Event, turn: float, turns: int, chances: int | None, bound: float
    ) -> bool:
        others, proof, end = Others(is_unseen), Proof(), monotonic() + bound
        with be_held(until):
            while not until.wait(TURN if proof.is_near else turn) and monotonic() < end:
                if self.begun >= self._callers and (
                    proof.holds([os.getpid()], onlookers()) or others.are_through(turns, chances)
                ):
                    break
        return until.is_set()


def is_unseen(ident: int) -> bool:
    """Whether a thread is held, or only watches over others: nobody waits for it to stand still.

    A thread that was let go is seen again at once, although it may not have run since.
    """
    until = _held.get(ident)
    return ident in watching or (until is not None and not until.is_set())


def onlookers() -> set[int]:
    """The kernel's numbers of this thread and of those that only watch over others. What is held counts: it will go on."""
    numbers = {native_id(ident) for ident in watching}
    return {get_native_id(), *filter(None, numbers)}


@contextmanager
def be_held(until: Event) -> Iterator[None]:
    """While the block runs, and until the event, this thread is held: nobody waits for it to stand still."""
    _held[get_ident()] = until
    try:
        yield
    finally:
        _held.pop(get_ident(), None)
