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
import time
from asyncio.base_events import BaseEventLoop
from collections.abc import Callable, Iterator
from concurrent.futures import thread as pool
from contextlib import ExitStack, contextmanager
from functools import partial, wraps
from types import FrameType
from typing import Any

from pypatterns.course.checking.probes.rest import TURN
from pypatterns.course.checking.probes.waiters import START, Clock

# Parts of the library that wait by the real clock. What a pool's thread calls was given to it by the answer.
REAL = {"concurrent", "logging", "multiprocessing", "queue", "selectors", "socket", "subprocess"}
POOL = pool.__name__

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
