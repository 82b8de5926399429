"""Where every thread of this process is at one moment: its frames, what it waits for, what it holds.

Only reading: `look` runs no code of the answer's. The functions of this engine that watch threads, and those that the
watched threads run, are marked, so that a look can tell them from the answer's own doing.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile
from threading import get_ident
from types import CodeType, FrameType
from typing import Any

from pypatterns.course.checking.introspection.ownership import IsOwn, is_engines
from pypatterns.course.checking.introspection.waits import Hold, Wait, holds_of, wait_of

MOST_FRAMES, LEAST_FRAMES = 2000, 100  # of all threads, of one
_probers: set[CodeType] = set()
_callers: set[CodeType] = set()


@dataclass(frozen=True, slots=True, eq=False)
class ThreadSnapshot:
    """Where one thread was at one look."""

    ident: int
    name: str
    frames: list[FrameType]  # from the innermost outwards
    at: int  # the innermost frame's last instruction
    wait: Wait | None
    holds: list[Hold]
    probes: bool  # it watches callers of its own, and does nothing else
    is_awaited: bool  # the call cannot end before this thread gets on


def probe(function: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a function that only watches over threads of its own: whoever runs it cannot help those that wait."""
    _probers.add(function.__code__)
    return function


def caller(function: Callable[..., Any]) -> Callable[..., Any]:
    """Mark the function that a watched thread runs: the call cannot end before it does."""
    _callers.add(function.__code__)
    return function


def look(is_own: IsOwn) -> list[ThreadSnapshot]:
    """Every thread's place now, in the order in which they were started."""
    started = list(threading._active)  # type: ignore[attr-defined]  # enumerate() takes a lock
    innermost = sys._current_frames()
    most = max(LEAST_FRAMES, MOST_FRAMES // len(innermost))
    places = [_place(ident, *_frames(frame, most), is_own) for ident, frame in innermost.items()]
    innermost.clear()  # this function's own frame is in it: a cycle that would keep the answer's objects alive
    return sorted(places, key=lambda place: (*started, place.ident).index(place.ident))


def _frames(frame: FrameType | None, most: int) -> tuple[list[FrameType], bool]:
    frames: list[FrameType] = []
    while frame is not None and len(frames) < most:
        frames.append(frame)
        frame = frame.f_back
    return frames, frame is None


def _place(ident: int, frames: list[FrameType], complete: bool, is_own: IsOwn) -> ThreadSnapshot:
    engine = list(takewhile(lambda frame: is_engines(frame.f_code), frames))
    probes = any(frame.f_code in _probers for frame in engine)
    if ident == get_ident():  # this look is none of its doing
        frames = frames[len(engine) :]
    wait = wait_of(frames, ident) if frames and complete and not probes else None
    return ThreadSnapshot(
        ident,
        _name(ident),
        frames,
        frames[0].f_lasti if frames else -1,
        wait,
        holds_of(frames, is_own),
        probes,
        any(frame.f_code in _callers for frame in frames) or (ident == get_ident() and not probes),
    )


def _name(ident: int) -> str:
    thread = threading._active.get(ident)  # type: ignore[attr-defined]  # enumerate() takes a lock
    name = vars(thread).get("_name") if thread else None
    return name if isinstance(name, str) else f"thread {ident}"
