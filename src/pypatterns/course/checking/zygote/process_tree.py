"""All processes below this one: count them, measure their memory, and end every one.

Linux tells by /proc. Elsewhere psutil does; importing it costs some 30 ms, so Linux never loads it. Source: proc(5).
"""

from __future__ import annotations

import os
import resource
import signal
import time
from contextlib import suppress
from pathlib import Path

from pypatterns.course.checking.shared.rlimits import LINUX


def descendants(pid: int) -> list[int]:
    """The processes below `pid`, nearest first; `pid` itself is not among them."""
    if not LINUX:
        return _descendants_by_psutil(pid)
    found = _children(pid)
    for child in found:  # grows while it is read
        found += _children(child)
    return found


def _descendants_by_psutil(pid: int) -> list[int]:
    import psutil  # noqa: PLC0415 - not on Linux

    with suppress(psutil.Error):
        return [process.pid for process in psutil.Process(pid).children(recursive=True)]
    return []


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with suppress(OSError):
                found += map(int, Path(f"/proc/{pid}/task/{thread}/children").read_text().split())
    return found


def memory_of(pids: list[int]) -> int:
    """Bytes of real memory that these processes use beyond what they share with this one, their ancestor."""
    own = _resident(os.getpid())
    return sum(max(0, _resident(pid) - own) for pid in pids)


def _resident(pid: int) -> int:
    if LINUX:
        with suppress(OSError, IndexError, ValueError):
            return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()
        return 0
    import psutil  # noqa: PLC0415 - not on Linux

    with suppress(psutil.Error):
        return int(psutil.Process(pid).memory_info().rss)
    return 0


def kill_all_below() -> None:
    """Send SIGKILL to every process below this one. Who was about to fork may have done so."""
    if os.getpid() == 1:  # of a sandbox: all others die at once, those that just fork, too
        with suppress(OSError):
            os.kill(-1, signal.SIGKILL)
        return
    for each in descendants(os.getpid()):
        with suppress(OSError):
            os.kill(each, signal.SIGKILL)


def end_all(session: int) -> None:
    """Kill and reap every process below this one, and those of a session, where orphans are not adopted.

    Returns only when none is left.
    """
    with suppress(OSError):
        os.killpg(session, signal.SIGKILL)
    with suppress(ChildProcessError):  # raised when none is left
        while True:
            kill_all_below()
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
            time.sleep(0.001)  # the killed take a moment to end, and may have forked meanwhile
