"""Where everything in this process stands, and whether it is proven that nothing can go on.

>>> print(take("/the/answer's/folder"))
caller 1 waits in get, line 12: `with self._lock:` — held by caller 2

It only reads: frames, locks, tasks and the kernel's counters. It runs no code of the answer, so it may be called from a
signal handler. What looks proven is looked at again some milliseconds later, and counts only if nothing moved meanwhile.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from types import FrameType
from typing import Any

from pypatterns.course.checking.introspection.deadlock_proof import holder, prove
from pypatterns.course.checking.introspection.ownership import IsOwn, files_of, is_learners
from pypatterns.course.checking.introspection.source_positions import source
from pypatterns.course.checking.introspection.tasks import called, pending
from pypatterns.course.checking.introspection.threads import ThreadSnapshot, look
from pypatterns.course.checking.introspection.waits import Wait
from pypatterns.course.checking.shared.locations import Location

MOST_LOCATIONS = 50
LONGEST_LINE = 200  # characters


@dataclass(frozen=True, slots=True)
class Autopsy:
    """Where every thread and pending task stood.

    `proof` says why nothing can ever go on: "cycle" (threads wait for each other's locks), "all wait" (every thread
    waits without a limit, and nobody is left to wake one) or "idle loop" (so does the event loop). Else it is "".
    """

    locations: tuple[Location, ...] = ()
    proof: str = ""

    def __str__(self) -> str:
        return "\n".join(map(str, self.locations))

    def to_dict(self) -> dict[str, Any]:
        """The autopsy as plain data."""
        return {"locations": [asdict(location) for location in self.locations], "proof": self.proof}


def take(folder: str | os.PathLike[str], *, only_proven: bool = False) -> Autopsy:
    """Say where every thread and task stands; the learner's lines are those in files of `folder`.

    With `only_proven`, no places are looked up unless it is proven that nothing can go on: for callers that ask again and again.
    Never raises. Takes some milliseconds, and a pause or two longer if nothing seems able to go on.
    """
    try:
        is_own = files_of(folder)
        places = look(is_own)
        proof = prove(places, is_own)
        if only_proven and not proof:
            return Autopsy()
        return Autopsy(tuple(islice(_locations(places, is_own), MOST_LOCATIONS)), proof)
    except Exception:  # noqa: BLE001 - half an answer's state may be torn down; no autopsy is better than an error in it
        return Autopsy()


def _locations(places: list[ThreadSnapshot], is_own: IsOwn) -> Iterator[Location]:
    learners = partial(is_learners, is_own=is_own)
    for place in places:
        own = [n for n, frame in enumerate(place.frames) if learners(frame.f_code)]
        beneath = place.frames[: own[0]] if own else place.frames
        drivers = [n for n, frame in enumerate(beneath) if is_own(frame.f_code)]
        driver = beneath[drivers[-1]] if drivers else None
        if driver and not own:
            beneath = beneath[: drivers[-1]]
        waits_for, held_by = _waited_for(place.wait, beneath), _held_by(place.wait, places)
        if own:
            waits_for = f"the check's {driver.f_code.co_name}()" if driver else waits_for
            yield Location(place.name, "thread", *_line(place.frames[own[0]]), waits_for, held_by)
        elif driver and not place.probes:
            function = f"the check's {driver.f_code.co_name}"
            yield Location(place.name, "thread", None, "", function, waits_for, held_by)
    for task in pending(learners):
        yield Location(task.task, "task", *_line(task.frame), task.waits_for)


def _held_by(wait: Wait | None, places: list[ThreadSnapshot]) -> str:
    """The name of the thread that holds the lock, "unknown" where that cannot be seen, "" where it is no lock."""
    if wait is None or not (wait.lock is not None or wait.expression):
        return ""
    ident = holder(wait, places, sure=False)
    return next((place.name for place in places if place.ident == ident), "unknown")


def _waited_for(wait: Wait | None, beneath: list[FrameType]) -> str:
    """The lock as it is written, or the function of the library that was called: "Event.wait()"."""
    if wait is None or wait.expression:
        return wait.expression if wait else ""
    return called(beneath[-1]) if beneath else "SimpleQueue.get()"


def _line(frame: FrameType | None) -> tuple[int | None, str, str]:
    """The number, the text and the function of the line at which a frame stands."""
    if frame is None:
        return None, "", ""
    number, function = frame.f_lineno, frame.f_code.co_name
    read = source(frame.f_code.co_filename)
    line = "".join(read.lines[number - 1 : number]) if read and number else ""
    return number, line.strip()[:LONGEST_LINE], "" if function == "<module>" else function
