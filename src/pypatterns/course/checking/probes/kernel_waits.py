"""Prove that a family of processes can no longer go on by itself: every thread waits in the kernel, without a time limit.

>>> before = asleep([pid, *workers], but={my_thread})
>>> before is not None and asleep([pid, *workers], but={my_thread}) == before     # some time later
True

Each look tells of every thread which system call it waits in, and how often it has run so far. Where two looks tell the same,
no thread has run in between, so there was a moment at which all of them slept. A thread in such a wait is woken by another
thread of the family, by the one that looks, or from outside: by nothing that these processes still do. No load on the machine
can feign that. Where one thread waits with a limit, or the kernel does not tell (macOS, a machine whose calls are not listed
here, a process that Yama forbids to look at), nothing is claimed.

Sources: proc(5) for `syscall` and `status`; the table of system calls of each machine; ptrace(2) and PR_SET_PTRACER(2const)
for who may look.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Collection, Iterable, Sequence

_PR_SET_PTRACER, _ANY = 0x59616D61, -1  # "Yama" in ASCII

Sleeps = dict[str, tuple[str, ...]]
Arguments = Sequence[int]


def _always(_arguments: Arguments) -> bool:
    return True


def _argument_is(place: int, value: int) -> Callable[[Arguments], bool]:
    """Whether the lower half of an argument, counted from 0, has this value; -1 as the kernel has it."""
    return lambda arguments: arguments[place] & 0xFFFFFFFF == value & 0xFFFFFFFF


def _futex(arguments: Arguments) -> bool:
    """FUTEX_WAIT or FUTEX_WAIT_BITSET, of one process or of several, without a time limit."""
    private, clock = 128, 256
    return arguments[1] & ~(private | clock) in (0, 9) and not arguments[3]


# The calls that wait, by the name of the machine and their number: whether these arguments set no time limit.
_CALLS: dict[str, dict[int, Callable[[Arguments], bool]]] = {
    "x86_64": {
        202: _futex,
        **dict.fromkeys(
            (0, 1, 43, 45, 47, 288), _always
        ),  # read, write, accept, recvfrom, recvmsg, accept4
        **dict.fromkeys((34, 61, 130, 247), _always),  # pause, wait4, rt_sigsuspend, waitid
        **dict.fromkeys((232, 281), _argument_is(3, -1)),  # epoll_wait, epoll_pwait
        7: _argument_is(2, -1),  # poll
        **dict.fromkeys((128, 271), _argument_is(2, 0)),  # rt_sigtimedwait, ppoll
        **dict.fromkeys((23, 270), _argument_is(4, 0)),  # select, pselect6
    },
    "aarch64": {
        98: _futex,
        **dict.fromkeys(
            (63, 64, 202, 207, 212, 242), _always
        ),  # read, write, accept, recvfrom, recvmsg, accept4
        **dict.fromkeys((95, 133, 260), _always),  # waitid, rt_sigsuspend, wait4
        22: _argument_is(3, -1),  # epoll_pwait
        **dict.fromkeys((73, 137), _argument_is(2, 0)),  # ppoll, rt_sigtimedwait
        72: _argument_is(4, 0),  # pselect6
    },
}
_WAITS = _CALLS.get(os.uname().machine if hasattr(os, "uname") else "", {})


def asleep(pids: Iterable[int], but: Collection[int] = ()) -> Sleeps | None:
    """How each thread of these processes sleeps, but those whose numbers (the kernel's) are in `but`.

    None as soon as one is awake, waits with a time limit, or cannot be looked at.
    """
    found: Sleeps = {}
    try:
        for pid in pids:
            for thread in os.listdir(f"/proc/{pid}/task"):
                if int(thread) in but:
                    continue
                sleep = _sleep(f"/proc/{pid}/task/{thread}")
                if sleep is None:
                    return None
                found[thread] = sleep
    except (OSError, ValueError, IndexError):  # it has ended, or the kernel does not tell
        return None
    return found


def _sleep(thread: str) -> tuple[str, ...] | None:
    with open(f"{thread}/syscall", encoding="ascii") as file:
        call = file.read().split()  # "running", or the number, six arguments, the stack, the place
    if not call[0].isdecimal():
        return None
    is_unlimited = _WAITS.get(int(call[0]))
    if is_unlimited is None or not is_unlimited([int(each, 16) for each in call[1:7]]):
        return None
    with open(f"{thread}/status", encoding="ascii", errors="replace") as file:
        lines = file.read().splitlines()
    told = [
        line for line in lines if line.startswith(("State:", "voluntary_ctxt", "nonvoluntary_ctxt"))
    ]
    return (*call, *told) if any("S (sleeping)" in line for line in told) else None


def watched_pid() -> int:
    """This process's id, for its children: from now on they may look at it, also where Yama restricts that to ancestors."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _ANY, 0, 0, 0)
    return os.getpid()
