"""Whether a process can ever go on, seen from outside by the kernel's account: nothing of it is touched.

>>> outlook(pid)
'dead'

A thread that sleeps in a futex of its own process, without a time limit, is woken by a thread of that process or by a
signal, and by nothing else. Every thread is looked at in two rounds. Where all slept so in both, and the kernel counts no
turn of any of them in between, there was a moment between the rounds at which all slept, and from then on none can run:
a deadlock, whatever the threads were about, which no load on the machine can feign. A thread that sleeps in `epoll_wait`
could be woken by an event on a file, so a process with one is `idle`, and only it can say whether an event may come.

Sources: futex(2), epoll_wait(2), proc(5) for `status` and `syscall`. Where the kernel does not tell (macOS, a container
that hides `syscall`, a machine whose calls are not listed here), nothing is claimed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from pypatterns.course.checking.shared.protocol import QUESTION
from pypatterns.course.checking.zygote import process_tree

DEAD, IDLE = "dead", "idle"

_CALLS = {
    "x86_64": ("202", ("232", "281")),
    "aarch64": ("98", ("22",)),
}  # futex; epoll_wait, _pwait
_FUTEX, _EPOLL = _CALLS.get(os.uname().machine if hasattr(os, "uname") else "", ("", ()))
_FUTEX_WAITS = (0, 9)  # FUTEX_WAIT, FUTEX_WAIT_BITSET
_PRIVATE, _CLOCK = 128, 256  # flags beside them: of this process alone, by the wall clock
_OF_THE_LIBRARY = (
    0b11 << 31
)  # signals 32 and 33, with which the C library cancels threads and sets their user

Sleep = tuple[str, ...]  # how a thread sleeps, then what the kernel says of it


def mask(signals: Iterable[int]) -> int:
    """Signals as the bits that proc(5) has for them."""
    return sum(1 << (number - 1) for number in set(signals) if number)


def caught_here() -> int:
    """The signals that this process has handlers for, as bits."""
    try:
        return int(_status(f"/proc/{os.getpid()}/status")["SigCgt"], 16)
    except (OSError, KeyError, ValueError):
        return 0


def outlook(pid: int, harmless: int, family: Callable[[], list[int]] | None = None) -> str:
    """`DEAD`: no thread of the process can ever run again. `IDLE`: only an event on a file could make one run. Else "".

    `harmless` are the signals, as bits, whose handlers wake nobody. A process that has others beside it in its `family`
    (all that this process has started) is not judged: they could send it a signal.
    """
    family = family or (lambda: process_tree.descendants(os.getpid()))
    if not _FUTEX or (first := _round(pid, harmless)) is None or family() != [pid]:
        return ""
    if first != _round(pid, harmless):
        return ""
    return IDLE if any(sleep[0] == IDLE for sleep in first.values()) else DEAD


def _round(pid: int, harmless: int) -> dict[str, Sleep] | None:
    """How each thread sleeps, or None as soon as one may wake by itself."""
    found: dict[str, Sleep] = {}
    try:
        threads = os.listdir(f"/proc/{pid}/task")
        for thread in sorted(threads, key=lambda thread: thread != str(pid)):  # the main one first
            sleep = _sleep(f"/proc/{pid}/task/{thread}", harmless)
            if sleep is None:
                return None
            found[thread] = sleep
    except (OSError, KeyError, ValueError, IndexError):  # it has ended, or the kernel does not tell
        return None
    return found


def _sleep(thread: str, harmless: int) -> Sleep | None:
    with open(f"{thread}/syscall", encoding="ascii") as file:
        call = file.read().split()
    kind = _kind(call)
    if not kind:
        return None
    status = _status(f"{thread}/status")
    caught, blocked = int(status["SigCgt"], 16), int(status["SigBlk"], 16)
    if not status["State"].startswith("S") or caught & ~(harmless | _OF_THE_LIBRARY):
        return None
    if kind == IDLE and not _can_be_asked(caught, blocked):
        return None
    turns = status["voluntary_ctxt_switches"], status["nonvoluntary_ctxt_switches"]
    return kind, *turns, *call


def _kind(call: list[str]) -> str:
    """What a system call with its arguments waits for: a futex of this process, an event, or "" for all else."""
    if call[0] == _FUTEX:
        operation, limit = int(call[2], 16), int(call[4], 16)
        private = operation & _PRIVATE and operation & ~(_PRIVATE | _CLOCK) in _FUTEX_WAITS
        return DEAD if private and not limit else ""
    if call[0] in _EPOLL:
        return IDLE if int(call[4], 16) & 0xFFFFFFFF == 0xFFFFFFFF else ""  # -1: no time limit
    return ""


def _can_be_asked(caught: int, blocked: int) -> bool:
    return bool(mask([QUESTION]) & caught & ~blocked)


def _status(file: str) -> dict[str, str]:
    with open(file, encoding="ascii", errors="replace") as lines:
        return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
