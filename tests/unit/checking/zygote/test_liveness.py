"""What can be said of a process from outside: that it is dead, idle, or neither. Every process here is a real one."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import repeat
from pathlib import Path

import pytest

from pypatterns.course.checking.shared.protocol import QUESTION
from pypatterns.course.checking.zygote import liveness
from pypatterns.course.checking.zygote.liveness import DEAD, IDLE, mask, outlook

pytestmark = pytest.mark.skipif(
    not Path(f"/proc/{os.getpid()}/syscall").exists() or not liveness._FUTEX,
    reason="this system does not tell where a process waits",
)

HEAD = f"""\
import asyncio, ctypes, multiprocessing, os, queue, select, signal, socket, subprocess, threading, time
signal.signal({QUESTION}, lambda *_: None)
def go():
    print("goes", flush=True)
"""
HARMLESS = mask([signal.SIGINT, QUESTION])
LOOKS = 40  # at what must never be claimed, a hundredth of a second apart

Start = Callable[[str], int]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a Python that does this after `go()`; its process."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str) -> int:
        command = [sys.executable, "-c", HEAD + code]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "goes\n"
        return process.pid

    yield start
    for process in started:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def looked(pid: int, expected: str, family: Callable[[], list[int]] | None = None) -> str:
    """The outlook once it is the expected one; what it is after many looks, if it never is."""
    found = ""
    for pause in repeat(0.01, LOOKS if not expected else 1000):
        found = outlook(pid, HARMLESS, family or (lambda: [pid]))
        if found == expected and expected:
            return found
        assert found in ("", expected), f"{found} instead of {expected or 'nothing'}"
        select.select([], [], [], pause)
    return found


CAN_NEVER_GO_ON = {
    "a lock": "lock = threading.Lock(); lock.acquire(); go(); lock.acquire()",
    "an RLock of an ended thread": (
        "lock = threading.RLock(); t = threading.Thread(target=lock.acquire); t.start(); t.join(); go(); lock.acquire()"
    ),
    "an event": "go(); threading.Event().wait()",
    "a queue": "go(); queue.SimpleQueue().get()",
    "a joined thread": "t = threading.Thread(target=threading.Event().wait); t.start(); go(); t.join()",
    "fifty threads": "[threading.Thread(target=threading.Event().wait).start() for _ in range(50)]; go(); threading.Event().wait()",
}
MAY_GO_ON_BY_AN_EVENT = {
    "an event loop": "go(); asyncio.run(asyncio.Event().wait())",
    "a loop in a thread": "t = threading.Thread(target=lambda: asyncio.run(asyncio.Event().wait())); t.start(); go(); t.join()",
    "a bare epoll": "go(); select.epoll().poll()",
}
MAY_GO_ON = {
    "work": "go()\nwhile True: pass",
    "a sleep": "go(); time.sleep(60)",
    "a lock with a limit": "lock = threading.Lock(); lock.acquire(); go(); lock.acquire(timeout=60)",
    "a thread that sleeps": "t = threading.Thread(target=time.sleep, args=[60]); t.start(); go(); t.join()",
    "a thread that reads": "r, w = os.pipe(); t = threading.Thread(target=os.read, args=[r, 1]); t.start(); go(); t.join()",
    "a lock that processes share": "lock = multiprocessing.Lock(); lock.acquire(); go(); lock.acquire()",
    "a handler": "signal.signal(signal.SIGALRM, print); go(); threading.Event().wait()",
    "a handler at the end of a child": "signal.signal(signal.SIGCHLD, print); go(); threading.Event().wait()",
    "signal.pause": "go(); signal.pause()",
    "a signal that is waited for": "go(); signal.sigwait([signal.SIGTERM])",
    "a loop that sleeps": "go(); asyncio.run(asyncio.sleep(60))",
    "a loop that cannot be asked": (
        f"signal.signal({QUESTION}, signal.SIG_DFL); go(); asyncio.run(asyncio.Event().wait())"
    ),
    "a loop that is deaf": (
        f"signal.pthread_sigmask(signal.SIG_BLOCK, [{QUESTION}]); go(); asyncio.run(asyncio.Event().wait())"
    ),
    "a turn that is handed on": """\
turn, c = [0], threading.Condition()
def play(own):
    while True:
        with c:
            c.wait_for(lambda: turn[0] == own)
            turn[0] = 1 - own
            c.notify()
for own in (0, 1): threading.Thread(target=play, args=[own]).start()
go()""",
}


@pytest.mark.parametrize("code", CAN_NEVER_GO_ON.values(), ids=CAN_NEVER_GO_ON)
def test_a_process_whose_threads_all_sleep_for_good_is_dead(start: Start, code: str) -> None:
    """Nobody is left to wake one of them."""
    pid = start(code)

    found = looked(pid, DEAD)

    assert found == DEAD


@pytest.mark.parametrize("code", MAY_GO_ON_BY_AN_EVENT.values(), ids=MAY_GO_ON_BY_AN_EVENT)
def test_a_process_that_waits_for_an_event_is_idle(start: Start, code: str) -> None:
    """From outside nobody can tell whether the event may come."""
    pid = start(code)

    found = looked(pid, IDLE)

    assert found == IDLE


@pytest.mark.parametrize("code", MAY_GO_ON.values(), ids=MAY_GO_ON)
def test_nothing_is_claimed_of_what_may_go_on(start: Start, code: str) -> None:
    """Time, another process, a signal or its own work may bring it further."""
    pid = start(code)

    found = looked(pid, "")

    assert found == ""


def test_a_process_that_is_not_alone_is_not_judged(start: Start) -> None:
    """Another one beside it could send it a signal."""
    pid = start("go(); threading.Event().wait()")
    looked(pid, DEAD)

    found = looked(pid, "", lambda: [pid, 1])

    assert found == ""


def test_nothing_is_claimed_of_a_process_that_has_ended() -> None:
    """Nor of one that never was."""
    process = subprocess.Popen([sys.executable, "-S", "-c", ""])
    process.wait()

    assert outlook(process.pid, HARMLESS, lambda: [process.pid]) == ""


def test_nothing_is_claimed_on_an_unknown_machine(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the numbers of the system's calls are not known, every process may go on."""
    pid = start("go(); threading.Event().wait()")
    looked(pid, DEAD)
    monkeypatch.setattr(liveness, "_FUTEX", "")

    assert outlook(pid, HARMLESS, lambda: [pid]) == ""
