"""Whether a thread moved between two looks: the kernel's own account of it, which no load on the machine can bend.

A thread that was woken but not yet given a processor looks, from Python, like one that still waits. The kernel calls it
runnable, and counts each time that it ran. Where there is no /proc (macOS) nothing is known and `Activity` is None.
"""

from __future__ import annotations

import os
import sys
import threading

TASKS = "/proc/self/task"
Activity = tuple[str, ...] | None


def activity_of(ident: int) -> Activity:
    """A thread's state and its counts of context switches; None where the system does not tell."""
    try:
        with open(f"{TASKS}/{native_id(ident)}/status", encoding="ascii", errors="replace") as file:
            lines = file.read().splitlines()
    except OSError:
        return None
    found = tuple(
        line for line in lines if line.startswith(("State:", "voluntary_ctxt", "nonvoluntary_ctxt"))
    )
    return found if len(found) == 3 else None


def is_asleep(found: Activity) -> bool:
    """Whether the thread waits in the kernel, or nothing is known about it."""
    return found is None or "S (sleeping)" in found[0]


def threads_of_others() -> bool:
    """Whether this process has threads that Python does not know."""
    try:
        return len(os.listdir(TASKS)) != len(sys._current_frames())
    except OSError:
        return False


def native_id(ident: int) -> int | None:
    """The kernel's number of a thread; None where the interpreter does not know it."""
    if ident == vars(threading._main_thread).get("_ident"):  # type: ignore[attr-defined]  # main_thread() may be replaced
        return os.getpid()  # after a fork, 3.11 still tells the parent's
    thread = threading._active.get(ident)  # type: ignore[attr-defined]  # enumerate() takes a lock
    found = vars(thread).get("_native_id") if thread else None
    return found if isinstance(found, int) else None
