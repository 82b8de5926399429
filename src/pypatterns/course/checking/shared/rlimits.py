"""Ask the operating system to enforce the limits of a call.

Linux offers most (a subreaper adopts every orphan, a process can be closed to debuggers). Where a system lacks a call, the
function does less and the next line of defence holds. Sources: prctl(2), setrlimit(2).
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
import threading
from contextlib import suppress

from pypatterns.course.checking.shared.limits import (
    ADDRESS_SPACE,
    LARGEST_FILE,
    MOST_DESCRIPTORS,
    THREAD_STACK,
)

LINUX = sys.platform.startswith("linux")

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
