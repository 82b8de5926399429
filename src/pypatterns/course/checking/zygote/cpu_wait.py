"""For how long a call was kept waiting for a core: the kernel's account, which decides how long its deadline is.

>>> waited = CpuWait()
>>> while it_runs(): sleep(0.025); waited.look(pids)
>>> waited.seconds
1.25

Each look asks whether a thread of a process is ready to run, and how long the process has run so far. Ready without running
is waiting. The kernel counts each thread's waits, too, but forgets those of a thread that has ended, and a call may hand on
from thread to thread; what a process has run includes its ended threads. Who sleeps or waits for others wants no core: a call
that hangs gets no longer deadline, and neither does one whose own processes take all cores, or one that has put itself behind
all others (nice, SCHED_IDLE). Source: proc(5), stat; where there is none (macOS), nothing was waited for.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

PROC = Path("/proc")
TICK = 1 / os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 0.01  # seconds
CORES = os.cpu_count() or 1
Turn = tuple[bool, int]
_STATE, _USER, _SYSTEM, _NICE, _POLICY = 0, 11, 12, 16, 38  # in a line of stat, behind the name
_IDLE = 5  # the policy SCHED_IDLE


class CpuWait:
    """Adds up, over looks, what each of some processes wanted to run and what it ran."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._looked = clock()
        # A call has this process's turn, too, unless it gave that up.
        self._turn = _turn(_fields(PROC / "self" / "stat"))
        self._ran: dict[int, float] = {}
        self._owed: dict[int, float] = {}  # wanted, less got; below 0 by chance only

    @property
    def seconds(self) -> float:
        """Of the processes, the one that waited longest."""
        return max(0.0, *self._owed.values()) if self._owed else 0.0

    @property
    def ran(self) -> float:
        """Seconds that all of them together ran."""
        return sum(self._ran.values())

    def look(self, pids: Iterable[int]) -> None:
        """Look at these processes once more; what a look finds stands for the time since the last one."""
        now = self._clock()
        passed, self._looked = now - self._looked, now
        got: dict[int, float] = {}
        for pid in pids:
            if (ran := _seconds_run(pid)) is not None:  # else it has ended
                got[pid] = ran - self._ran.get(pid, 0.0)
                self._ran[pid] = ran
        others = max(0.0, passed * CORES - sum(got.values()))
        for pid, seconds in got.items():
            wanted = passed if _wants_a_core(pid, self._turn) else 0.0
            # Cap at `passed`: on several cores at once it ran longer than that. Cap at what others ran: if the call's own
            # processes filled all cores, no other program delayed it.
            owed = min(wanted - min(passed, seconds), others)
            self._owed[pid] = self._owed.get(pid, 0.0) + owed


def _seconds_run(pid: int) -> float | None:
    fields = _fields(PROC / str(pid) / "stat")
    return (int(fields[_USER]) + int(fields[_SYSTEM])) * TICK if fields else None


def _wants_a_core(pid: int, turn: Turn) -> bool:
    """Whether any of its threads runs, or could, and comes as soon as `turn` does."""
    try:
        threads = os.listdir(PROC / str(pid) / "task")
    except OSError:
        return False
    stats = (_fields(PROC / str(pid) / "task" / thread / "stat") for thread in threads)
    return any(stat and stat[_STATE] == "R" and _turn(stat) <= turn for stat in stats)


def _turn(fields: list[str]) -> Turn:
    """How soon a thread gets a core among those that are ready: the lower, the sooner."""
    return (int(fields[_POLICY]) == _IDLE, int(fields[_NICE])) if fields else (False, 0)


def _fields(file: Path) -> list[str]:
    """Those of a line of stat behind the name, in which anything may stand; none where there is no such file any more."""
    try:
        line = file.read_text(encoding="ascii", errors="replace")
    except OSError:
        return []
    return line.rpartition(")")[2].split()
