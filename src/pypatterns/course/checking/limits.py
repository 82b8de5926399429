"""What the operating system is asked for: limits of one call, and a tight hold on every process that it starts.

Linux offers most (a subreaper sees every orphan, a process can be closed to debuggers); where a system lacks a call, the
function does less and the next line of defence holds. Sources: prctl(2), setrlimit(2), proc(5).
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
import threading
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

LINUX = sys.platform.startswith("linux")
ADDRESS_SPACE = (
    4 << 30
)  # bytes: only a backstop, for threads and arenas reserve much that they never touch
LARGEST_FILE = 256 << 20  # bytes
MOST_DESCRIPTORS = 4096
THREAD_STACK = 1 << 20  # bytes

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_CHILD_SUBREAPER = 1, 4, 36


def _prctl(option: int, value: int) -> None:
    if LINUX:
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def become_keeper() -> None:
    """In the zygote: adopt orphans, so that none escapes, and be closed to other processes' debuggers."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    _prctl(_PR_SET_DUMPABLE, 0)


def make_room_for_descriptors(least: int) -> None:
    """Allow descriptors up to `least` and beyond: some systems start with 256 (macOS), some with a million.

    A million would take a call that floods them longer than its deadline.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, MOST_DESCRIPTORS)
    if soft < least or soft > most or soft == resource.RLIM_INFINITY:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def limit_this_process() -> None:
    """In the child, before the answer is imported."""
    _prctl(_PR_SET_DUMPABLE, 1)
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, LARGEST_FILE)
    if LINUX:  # macOS takes no RLIMIT_AS
        _lower(resource.RLIMIT_AS, ADDRESS_SPACE)
    threading.stack_size(THREAD_STACK)


def _lower(what: int, limit: int) -> None:
    _, hard = resource.getrlimit(what)
    most = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(what, (most, most))


def standing() -> list[object]:
    """What the system allows this process and how soon it gets its turn. Whoever runs as the same user can change that."""
    kinds = [name for name in dir(resource) if name.startswith("RLIMIT_")]
    allowed: list[object] = [resource.getrlimit(getattr(resource, name)) for name in kinds]
    turns = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    return [*allowed, os.getpriority(os.PRIO_PROCESS, 0), turns]


def descendants(pid: int) -> list[int]:
    """The processes below `pid`, nearest first; `pid` itself is not among them."""
    if not LINUX:
        return list(_kin().descendants(pid))
    found = _children(pid)
    for child in found:  # grows while it is read
        found += _children(child)
    return found


def _kin() -> Any:
    return import_module("pypatterns.course.checking.kin")


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
    return int(_kin().resident(pid))


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
