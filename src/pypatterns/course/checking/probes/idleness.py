"""Whether threads rest: they wait without a limit, and will until somebody else acts.

The virtual clock moves on only when nobody could do anything before. As in a proof of a deadlock, a thread that was
woken but not yet given a processor must not be taken for one that rests: it is looked at twice, a pause apart, and counts
only if it stood still by the kernel's own account. Where the kernel tells nothing (macOS), it is looked at more often.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Collection
from time import monotonic

from pypatterns.course.checking.introspection.activity import Activity, activity_of, is_asleep
from pypatterns.course.checking.introspection.deadlock_proof import LOOKS_WITHOUT_ACTIVITY
from pypatterns.course.checking.introspection.threads import ThreadSnapshot, look

TURN = (
    0.0005  # seconds for which one thread may keep the interpreter from another, on a virtual clock
)
PAUSE = (
    4 * TURN
)  # seconds between two looks: whoever was woken, or wants the interpreter, has moved by then

Still = dict[int, tuple[int, int, Activity]]


class Rest:
    """Tells, look after look, whether all threads but some rest."""

    def __init__(self) -> None:
        self._seen: Still | None = None
        self._since = 0.0
        self._looks = 0
        self._proven: Still | None = None

    def of_all_but(self, idents: Collection[int]) -> bool:
        """Whether it is proven now. Ask again after `PAUSE` seconds if not: it may take two looks, or nine where the kernel tells no activity."""
        return self.of_each(set(sys._current_frames()).difference(idents))

    def of_each(self, idents: Collection[int]) -> bool:
        """The same for some threads alone."""
        if threading._limbo:  # type: ignore[attr-defined]  # threads that are being started
            return False
        if not idents:
            return True
        still = _still(idents)
        if still is None:
            self._seen = None
            return False
        return still == self._proven or self._stays(still)

    def _stays(self, still: Still) -> bool:
        if sys.getswitchinterval() > TURN:
            return False
        if still != self._seen:
            self._seen, self._since, self._looks = still, monotonic(), 1
            return False
        if monotonic() - self._since < PAUSE / 2:  # two threads that look in turn
            return False
        self._since, self._looks = monotonic(), self._looks + 1
        if any(seen is None for *_, seen in still.values()):
            return self._looks > LOOKS_WITHOUT_ACTIVITY
        self._proven = still  # until the kernel counts a turn, no thread has moved
        return True


def _still(idents: Collection[int]) -> Still | None:
    """Where these threads are, and the kernel's counts of them; None if one of them may go on by itself."""
    places = [place for place in look(lambda _: False) if place.ident in idents]
    if not all(map(_rests, places)):
        return None
    still = {
        place.ident: (id(place.frames[0]), place.at, activity_of(place.ident))
        for place in places
        if not place.probes
    }
    return still if all(is_asleep(seen) for *_, seen in still.values()) else None


def _rests(place: ThreadSnapshot) -> bool:
    """Whether a thread waits without a limit, or only watches over others that do the work."""
    return place.probes or place.wait is not None
