"""Whether it is proven that nothing in this process can ever go on.

A proof must hold on a loaded machine, where a thread that was woken may not have moved for a while yet. So it is looked
for twice, a pause apart, and nobody whom it rests on may have moved meanwhile, by the kernel's own account.
"""

from __future__ import annotations

import signal
import sys
import threading
from functools import partial
from threading import get_ident
from time import sleep
from types import BuiltinFunctionType, FrameType, FunctionType, MethodType

from pypatterns.course.checking.introspection.activity import (
    Activity,
    activity_of,
    is_asleep,
    threads_of_others,
)
from pypatterns.course.checking.introspection.ownership import IsOwn, is_engines
from pypatterns.course.checking.introspection.threads import ThreadSnapshot, look
from pypatterns.course.checking.introspection.waits import Wait, owner

PAUSE = 0.0125  # seconds between two looks: within 5 ms, whoever wants the interpreter's lock moves
LONGEST_TURN = (
    0.006  # seconds; if the interpreter's switch interval is longer, no pause proves a thing
)
LOOKS_WITHOUT_ACTIVITY = 8  # where the kernel does not say whether a thread ran


def prove(places: list[ThreadSnapshot], is_own: IsOwn) -> str:
    """Why nothing can go on, "cycle", "all wait" or "idle loop"; "" if something may. Pauses if the first look suggests it."""
    proof = _proof(places)
    return proof if proof and _stays(places, proof, is_own) else ""


def _proof(places: list[ThreadSnapshot]) -> str:
    """The proof: "cycle", "all wait", "idle loop", or "" if one look already shows that something may go on."""
    if _cycle(places, sure=True):
        return "cycle"
    if not _all_wait(places) or _starts_threads() or threads_of_others() or _has_alarms():
        return ""
    if _cycle(places, sure=False):
        return "cycle"
    return "idle loop" if any(place.wait and place.wait.loop for place in places) else "all wait"


def _all_wait(places: list[ThreadSnapshot]) -> bool:
    """Whether all but those that only watch wait without a limit, and there is anybody who does."""
    at_work = [place for place in places if not place.probes]
    return bool(at_work) and all(_waits(place, places) for place in at_work)


def _waits(place: ThreadSnapshot, places: list[ThreadSnapshot]) -> bool:
    """Whether a thread waits.

    The frame may still show the call after the lock came free. Of other threads the kernel tells whether they sleep; of
    this one, which runs this look, only a known holder proves that it is blocked.
    """
    if place.wait is None or place.ident != get_ident() or place.wait.sure:
        return place.wait is not None
    return holder(place.wait, places, sure=True) is not None


def _cycle(places: list[ThreadSnapshot], *, sure: bool) -> list[ThreadSnapshot]:
    """Threads that each wait for what the next one holds, the last for what one before it holds.

    A `sure` cycle is one that the call cannot end without: threads that nobody waits for may hang as they like.
    """
    for start in places:
        path: list[ThreadSnapshot] = []
        place = start if start.is_awaited or not sure else None
        while place is not None and place not in path:
            path.append(place)
            place = _next(place, places, sure=sure)
        if place is not None:
            return path
    return []


def _next(
    place: ThreadSnapshot, places: list[ThreadSnapshot], *, sure: bool
) -> ThreadSnapshot | None:
    if place.wait is None or not _waits(place, places):
        return None
    ident = holder(place.wait, places, sure=sure)
    return next((other for other in places if other.ident == ident), None)


def holder(wait: Wait, places: list[ThreadSnapshot], *, sure: bool) -> int | None:
    """The thread that must act before the wait can end, if just one can be named."""
    if wait.lock is None:
        return wait.thread
    if owner(wait.lock) is not None:
        return owner(wait.lock)
    holds = [
        (place.ident, hold) for place in places for hold in place.holds if hold.lock is wait.lock
    ]
    holders = {ident for ident, _ in holds}
    if len(holders) != 1 or (sure and not all(hold.sure for _, hold in holds)):
        return None
    return holders.pop()


def _starts_threads() -> bool:
    return bool(threading._limbo)  # type: ignore[attr-defined]  # threads that are being started


def _has_alarms() -> bool:
    """Whether a signal would run somebody's code, which could wake one who waits."""
    return any(_is_alarm(signal.getsignal(number)) for number in signal.valid_signals())


def _is_alarm(handler: object) -> bool:
    """Whether a handler is more than the system's, the interpreter's, this engine's, or asyncio's for Ctrl-C."""
    if type(handler) is partial:
        handler = handler.func
    if type(handler) is MethodType:
        handler = handler.__func__
    if type(handler) is FunctionType:
        return not (is_engines(handler.__code__) or handler.__module__ == "asyncio.runners")
    return type(handler) not in (signal.Handlers, BuiltinFunctionType, type(None), int)


def _stays(before: list[ThreadSnapshot], proof: str, is_own: IsOwn) -> bool:
    """Whether the proof holds after a pause, too, and nobody whom it rests on moved meanwhile."""
    frames, activities = _state(before)
    if sys.getswitchinterval() > LONGEST_TURN or not all(map(is_asleep, activities.values())):
        return False
    for _ in range(LOOKS_WITHOUT_ACTIVITY if None in activities.values() else 1):
        sleep(PAUSE)
        after = look(is_own)
        if _proof(after) != proof or _state(after) != (frames, activities):
            return False
    return True


def _state(
    places: list[ThreadSnapshot],
) -> tuple[dict[int, tuple[FrameType, int]], dict[int, Activity]]:
    """What stays the same for threads that do not run: where each one is, and what the kernel counts of it.

    Of those that the proof rests on; the thread that looks cannot help but run, and its count says nothing.
    """
    resting = _cycle(places, sure=True) or [place for place in places if not place.probes]
    at = {place.ident: (place.frames[0], place.at) for place in resting}
    return at, {ident: activity_of(ident) for ident in at if ident != get_ident()}
