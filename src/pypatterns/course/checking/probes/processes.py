"""Child processes: which are left when all have ended that will, and a moment at which nobody moves, here or there.

>>> list(answer.parallel_map(work, range(9), workers=2, chunk=3))
>>> children_left()                         # [] once all are gone

Python's own helpers, the resource tracker and the fork server, stay as long as the process and do not count.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Event, get_native_id
from time import monotonic, sleep

import psutil

from pypatterns.course.checking.probes.kernel_waits import Proof
from pypatterns.course.checking.probes.stillness import Others
from pypatterns.course.checking.probes.watch import LONG_BOUND, be_held, is_unseen, onlookers

PAUSE = 0.02  # seconds between two looks
SHORT_PAUSE = 0.002  # seconds until the look that may complete a proof
LOOKS = 16  # in a row that find everybody standing still
AWAKE = {psutil.STATUS_RUNNING, psutil.STATUS_DISK_SLEEP, psutil.STATUS_WAKING}

Beat = tuple[object, ...]


def children_left(*, bound: float = LONG_BOUND) -> list[int]:
    """The ids of the child processes, and of theirs, that do not end: they stand still, or `bound` seconds have passed."""
    until_quiet(lambda: not any(_children()), bound=bound)
    return sorted(child.pid for child in _children())


def until_quiet(happened: Callable[[], object], *, bound: float = LONG_BOUND) -> bool:
    """Wait until something happened, and say whether it did.

    Given up as soon as it is proven that nothing in this process or below it can go on (kernel_waits.py), else a third of a
    second after the last move of any thread there, or after `bound` seconds.
    """
    others, end = Others(is_unseen), monotonic() + bound
    before: list[Beat] = []
    proof, still = Proof(), 0
    with be_held(Event()):
        while not happened() and still < LOOKS and monotonic() < end:
            living = [*_living()]
            if proof.holds([os.getpid(), *(process.pid for process in living)], onlookers()):
                break
            now = [beat for process in living if (beat := _beat(process))]
            rests = others.are_through(1) and now == before and not any(map(_is_awake, now))
            still = still + 1 if rests else 0
            before = now
            sleep(SHORT_PAUSE if proof.is_near else PAUSE)
    return bool(happened())


def until_still(pid: int, happened: Callable[[], object], *, bound: float = LONG_BOUND) -> bool:
    """Wait, in whichever process below `pid`, until something happened, and say whether it did.

    Given up as soon as it is proven that nothing in `pid` or below it but this thread can go on, else when the process `pid`
    has not moved for a third of a second, has ended, or after `bound` seconds.
    """
    end, proof, still = monotonic() + bound, Proof(), 0
    before: Beat = ()
    while not happened() and still < LOOKS and monotonic() < end:
        now = _beat_of(pid)
        if now and proof.holds(_family(pid), {get_native_id()}):
            break
        still = still + 1 if now == before and not _is_awake(now) else 0
        before = now
        sleep(SHORT_PAUSE if proof.is_near else PAUSE)
    return bool(happened())


def _family(pid: int) -> list[int]:
    with suppress(psutil.Error):
        return [pid, *(each.pid for each in _living(psutil.Process(pid)))]
    return []


def _beat_of(pid: int) -> Beat:
    with suppress(psutil.Error):
        return _beat(psutil.Process(pid))
    return ()


def _children() -> Iterator[psutil.Process]:
    """The processes below this one that have not ended, without Python's own helpers."""
    helpers = set(_helpers())
    return (child for child in _living() if child.pid not in helpers)


def _living(top: psutil.Process | None = None) -> Iterator[psutil.Process]:
    """The processes below `top`, this one by default, that have not ended, helpers included: a worker comes late where the fork server starts first."""
    for process in (top or psutil.Process()).children(recursive=True):
        with suppress(psutil.Error):
            if process.status() != psutil.STATUS_ZOMBIE:
                yield process


def _helpers() -> Iterator[int | None]:
    for module, name, pid in (
        ("multiprocessing.resource_tracker", "_resource_tracker", "_pid"),
        ("multiprocessing.forkserver", "_forkserver", "_forkserver_pid"),
    ):
        yield getattr(getattr(sys.modules.get(module), name, None), pid, None)


def _beat(child: psutil.Process) -> Beat:
    """What changes when the process runs; nothing where it has ended meanwhile."""
    with suppress(psutil.Error), child.oneshot():
        return child.status(), child.pid, child.num_ctx_switches(), child.cpu_times()
    return ()


def _is_awake(beat: Beat) -> bool:
    return beat[:1] != () and beat[0] in AWAKE
