"""For how long a call was kept waiting for a core: the kernel's account, which decides how long its deadline is.

>>> waited = Waited()
>>> while it_runs(): sleep(0.025); waited.look(pids)
>>> waited.seconds
1.25

Each look asks whether a thread of a process is ready to run, and how long the process has run so far. Ready without running
is waiting. The kernel counts each thread's waits, too, but forgets those of a thread that has ended, and a call may hand on
from thread to thread; what a process has run includes its ended threads. Who sleeps or waits for others wants no core: a call
that hangs gets no longer deadline, and neither does one whose own processes take all cores. Source: proc(5), stat; where there
is none (macOS), nothing was waited for.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

PROC = Path("/proc")
TICK = 1 / os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 0.01  # seconds
CORES = os.cpu_count() or 1
_STATE, _USER, _SYSTEM = 0, 11, 12  # in a line of stat, behind the name


class Waited:
    """Adds up, over looks, what each of some processes wanted to run and what it ran."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._looked = clock()
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
            wanted = passed if _wants_a_core(pid) else 0.0
            # On several cores at once it got more than passed; and it owes it to nobody else if its family had them all.
            owed = min(wanted - min(passed, seconds), others)
            self._owed[pid] = self._owed.get(pid, 0.0) + owed


def _seconds_run(pid: int) -> float | None:
    try:
        fields = _stat(PROC / str(pid) / "stat")
        return (int(fields[_USER]) + int(fields[_SYSTEM])) * TICK
    except (OSError, ValueError, IndexError):
        return None


def _wants_a_core(pid: int) -> bool:
    """Whether any of its threads runs, or could."""
    try:
        threads = os.listdir(PROC / str(pid) / "task")
    except OSError:
        return False
    return any(_is_ready(PROC / str(pid) / "task" / thread / "stat") for thread in threads)


def _is_ready(stat: Path) -> bool:
    try:
        return _stat(stat)[_STATE] == "R"
    except (OSError, IndexError):
        return False


def _stat(file: Path) -> list[str]:
    """The fields behind the name, in which anything may stand."""
    return file.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
