"""One virtual clock for the module `time` and for every event loop: a deadline of an hour passes at once, to the microsecond.

>>> @prepared(virtual_time)         # before the answer is imported, so that its `from time import monotonic` is virtual, too
... def slow_operation(answer, total):
...     ran = run_virtual(answer.call_with_budget(asyncio.Event().wait, tries=3, per_try=60, total=total))
...     return {"took": ran.at}     # tasks.py; `now()` tells the time anywhere

The clock stands still while anybody works. It moves on when everybody waits, to the earliest moment that somebody waits for:

- A `time.sleep` in a loop's thread takes no real time, moves the clock, and keeps the loop from all else meanwhile. In another
  thread (`to_thread`) it ends when the clock has come so far.
- An executor's job and any other thread of the answer's work as long as they run, and no virtual time passes. A thread that
  waits without a limit does not work.
- Where no moment is left to wait for, nothing can go on: `Deadlocked`. After 10,000 s, or when the time is asked for without
  end and nobody pauses (`while True: await sleep(0)`): `NeverEnds`.
- Polling takes time: who reads the clock more than 25,000 times at one moment sees a millisecond pass with each reading. So
  give an answer less to do at one moment than 10,000 turns of its loop.

The real clock remains for waits with a limit that the library makes for itself, on locks, queues, threads, futures and
processes, and for `datetime.now()`. A thread in such a wait works, and so do the helper threads of a pool of processes as long as
it is open: no virtual time passes. A loop with sockets or pipes listens to them for a twentieth of a real second before the
clock moves on.
"""

from __future__ import annotations

import sys
import threading
import time
from asyncio.base_events import BaseEventLoop
from collections.abc import Callable, Iterator
from concurrent.futures import thread as pool
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial, wraps
from threading import get_ident
from types import FrameType
from typing import Any

from pypatterns.course.checking.introspection.autopsy import Autopsy, take
from pypatterns.course.checking.introspection.ownership import answers_folder
from pypatterns.course.checking.introspection.threads import probe
from pypatterns.course.checking.probes.idleness import PAUSE, TURN, Rest
from pypatterns.course.checking.probes.threads import Deadlocked

START = 65536.0  # the first time of all: no answer may take 0.0 for "never", and sums stay exact to the nanosecond
LONGEST = 10_000.0  # virtual seconds
PATIENCE = 25_000  # readings of the clock at one moment: whoever reads it more often polls
MOST_POLLS = 40_000  # readings after that
POLL = 1 / 1024  # virtual seconds that pass with each of them
OUTSIDE = 0.05  # real seconds for what comes through sockets and pipes
# Parts of the library that wait by the real clock. What a pool's thread calls was given to it by the answer.
REAL = {"concurrent", "logging", "multiprocessing", "queue", "selectors", "socket", "subprocess"}
POOL = pool.__name__

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
    """The time, in seconds, and all who wait for it.

    A thread that sleeps, or an event loop that has nothing to do, is a waiter: it says until when, and looks again and again
    whether all others wait as well. The one that finds that they do moves the clock to the earliest moment waited for.
    """

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

        Copy the waiters first and ask for work last: a thread hands over work before it waits, rests or ends itself.
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
    return Autopsy(take(answers_folder()).locations, "idle loop")


_clocks: list[Clock] = []  # the one of this process, while there is one


@contextmanager
def virtual_time() -> Iterator[None]:
    """Put one virtual clock in the place of those of `time` and of every event loop; a step for `prepared`."""
    if _clocks:
        raise RuntimeError("the time is virtual already: take the step virtual_time once")
    made = Clock()
    with ExitStack() as undo:
        for owner, name, new in _replacements(made):
            undo.callback(setattr, owner, name, getattr(owner, name))
            setattr(owner, name, new)
        undo.callback(sys.setswitchinterval, sys.getswitchinterval())
        sys.setswitchinterval(TURN)
        _clocks.append(made)
        undo.callback(_clocks.clear)
        yield


def clock() -> Clock:
    """The virtual clock. Raises `RuntimeError` where the time is real."""
    if not _clocks:
        raise RuntimeError("the time is real: mark the driver with @prepared(virtual_time)")
    return _clocks[0]


def now() -> float:
    """Virtual seconds since the beginning, to the nanosecond: what a driver writes down."""
    return round(clock().at - START, 9)


def _replacements(clock: Clock) -> Iterator[tuple[object, str, Callable[..., Any]]]:
    today = float(int(time.time())) - START
    for name, offset in (("monotonic", 0.0), ("perf_counter", 0.0), ("time", today)):
        seconds, nanoseconds = getattr(time, name), getattr(time, f"{name}_ns")
        yield time, name, _like(seconds, partial(_seconds, clock, offset))
        yield time, f"{name}_ns", _like(nanoseconds, partial(_nanoseconds, clock, int(offset)))
    yield time, "sleep", _like(time.sleep, clock.sleep)
    yield BaseEventLoop, "time", lambda _loop: clock.read()
    yield BaseEventLoop, "run_forever", _run_forever(clock, BaseEventLoop.run_forever)


def _seconds(clock: Clock, offset: float) -> float:
    return clock.read() + offset


def _nanoseconds(clock: Clock, offset: int) -> int:
    return round(clock.read() * 1e9) + offset * 10**9


def _like(real: Callable[..., Any], virtual: Callable[..., Any]) -> Callable[..., Any]:
    """The virtual function under the real one's name, by which it pickles; the real one for the library's own waits."""

    @wraps(real)
    def either(*args: Any) -> Any:
        return real(*args) if _is_real(sys._getframe(1)) else virtual(*args)

    return either


def _is_real(caller: FrameType) -> bool:
    name = str(caller.f_globals.get("__name__"))
    return name.partition(".")[0] in REAL and name != POOL


def _run_forever(clock: Clock, real: Callable[[Any], None]) -> Callable[[Any], None]:
    @wraps(real)
    def run_forever(loop: Any) -> None:
        if loop.is_running():  # it will refuse
            return real(loop)
        selector = loop._selector
        selector.select = partial(clock.select, loop, selector.select)
        try:
            return real(loop)
        finally:
            del selector.select  # its class's own shows again

    return run_forever
