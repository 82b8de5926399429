"""The virtual time itself: who waits for it, and when it moves on.

>>> clock = Clock()
>>> clock.sleep(3600); clock.read()              # at once: nobody else does anything meanwhile
69136.0

A thread that sleeps, or an event loop that has nothing to do, is a waiter: it says until when, and looks again and again
whether all others wait as well. Who finds that they do moves the clock to the earliest moment that anybody waits for.
clock.py puts this in the place of `time` and of every loop's clock.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from threading import get_ident
from typing import Any

from pypatterns.course.checking.autopsy import Autopsy, take
from pypatterns.course.checking.places import probe
from pypatterns.course.checking.probes.rest import PAUSE, Rest
from pypatterns.course.checking.probes.threads import Deadlocked, answers_folder

START = 65536.0  # the first time of all: no answer may take 0.0 for "never", and sums stay exact to the nanosecond
LONGEST = 10_000.0  # virtual seconds
PATIENCE = 25_000  # readings of the clock at one moment: whoever reads it more often polls
MOST_POLLS = 40_000  # readings after that
POLL = 1 / 1024  # virtual seconds that pass with each of them
OUTSIDE = 0.05  # real seconds for what comes through sockets and pipes

_real_sleep = time.sleep


class NeverEnds(Exception):
    """More virtual time has passed than any right answer takes, or none passes although it is asked for without end."""


@dataclass(frozen=True, slots=True, eq=False)
class Waiter:
    """One thread that waits for the clock: until when (None: no limit), how to wake it, whether it has work after all."""

    until: float | None
    wake: Callable[[], object]
    has_work: Callable[[], object] = bool
    hears: bool = False  # somebody outside of this process could wake it


class Clock:
    """The time, in seconds, and all who wait for it."""

    def __init__(self) -> None:
        self.at = self._began = START
        self._readings = 0
        self._waiters: dict[int, Waiter] = {}
        self._turn = threading.Lock()  # never waited for: whoever does not get it looks again later
        self._rest = Rest()
        # Those that are not of the answer's making. A number alone would not tell: the system gives it to a new thread.
        self._strangers = [
            (ident, _thread(ident)) for ident in sys._current_frames() if ident != get_ident()
        ]

    def begin(self) -> None:
        """Count from now on what `NeverEnds` is raised for."""
        self._began = self.at
        self._readings = 0

    def read(self) -> float:
        """The time, as an answer asks for it. Raises `NeverEnds` to one that does nothing else."""
        self._readings += 1
        if self._readings > PATIENCE + MOST_POLLS:
            raise NeverEnds(
                f"The clock was read {PATIENCE + MOST_POLLS:,} times and nothing ever paused,"
                " as in `while True: await asyncio.sleep(0)`."
            )
        if self._readings > PATIENCE:
            self.at += POLL
        return self.at

    def sleep(self, seconds: float) -> None:
        """Be `time.sleep`: return when so many virtual seconds have passed."""
        if not seconds >= 0:  # NaN is not, either
            raise ValueError("sleep length must be non-negative")
        if seconds == 0:
            _real_sleep(0)
            return
        bell = threading.Lock()
        bell.acquire()
        waiter = Waiter(self.at + seconds, bell.release)
        self._wait(waiter, lambda pause: bell.acquire(timeout=pause))

    def select(
        self, loop: Any, real: Callable[[float], list[Any]], timeout: float | None = None
    ) -> list[Any]:
        """Be the select of a loop: its events, or none when the clock has come to its next timer."""
        if timeout is not None and timeout <= 0:
            return real(0)
        hears = _has_files(loop)
        if hears and (events := real(OUTSIDE)):
            return events
        until = None if timeout is None else loop._scheduled[0].when()  # exactly, unlike the sum
        wake = partial(_wake, loop)
        return self._wait(Waiter(until, wake, partial(real, 0), hears), real) or []

    def waiting(self) -> set[int]:
        """The idents of the threads that wait for this clock."""
        return set(self._waiters)

    def _wait(self, waiter: Waiter, listen: Callable[[float], Any]) -> Any:
        """Wait until the waiter is due, or until it hears something; what that was."""
        me = get_ident()
        self._waiters[me] = waiter
        try:
            while True:
                self._move_on()
                if waiter.until is not None and waiter.until <= self.at:
                    return None
                if heard := listen(PAUSE):
                    return heard
        finally:
            self._waiters.pop(me, None)

    def _move_on(self) -> None:
        """Move to the next moment that somebody waits for, if nobody can do anything before it.

        The order matters: whoever gives work to a waiter does so before it waits itself, before it rests, before it ends.
        """
        if not self._turn.acquire(blocking=False):
            return
        try:
            waiters = dict(self._waiters)
            if (
                self._rest.of_all_but({*waiters, *self._others()})
                and not any(waiter.has_work() for waiter in waiters.values())
                and waiters == self._waiters
            ):
                self._move(waiters)
        finally:
            self._turn.release()

    def _others(self) -> set[int]:
        return {ident for ident, thread in self._strangers if _thread(ident) is thread}

    def _move(self, waiters: dict[int, Waiter]) -> None:
        moments = [waiter.until for waiter in waiters.values() if waiter.until is not None]
        if not moments:
            if any(waiter.hears for waiter in waiters.values()):
                return
            raise Deadlocked(_autopsy())
        if min(moments) > self._began + LONGEST:
            raise NeverEnds(f"The call had not ended after {LONGEST:,.0f} s of virtual time.")
        self.at = max(self.at, min(moments))
        self._readings = 0
        for ident, waiter in waiters.items():
            if waiter.until is not None and waiter.until <= self.at:
                self._waiters.pop(ident, None)  # it works from now on
                if ident != get_ident():
                    waiter.wake()


def _thread(ident: int) -> threading.Thread | None:
    return threading._active.get(ident)  # type: ignore[attr-defined,no-any-return]  # enumerate() takes a lock


def _has_files(loop: Any) -> bool:
    """Whether a loop listens to more than the pipe that wakes it; Windows' proactor does not tell."""
    files: Any = getattr(loop._selector, "get_map", dict)()
    return len(files) > 1


def _wake(loop: Any) -> None:
    with suppress(
        RuntimeError
    ):  # it has seen for itself that its time has come, and is closed by now
        loop.call_soon_threadsafe(_nothing)


def _nothing() -> None:
    """Be a callback: a loop that gets one looks at its clock."""


@probe
def _autopsy() -> Autopsy:
    return Autopsy(take(answers_folder()).stands, "idle loop")
