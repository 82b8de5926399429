"""Answers that never end, and of which that cannot be proven: the deadline ends them, and says where they stood."""

from __future__ import annotations

from typing import Any

import pytest

from pypatterns.course.checking.report.model import Verdict

PASS, TIMEOUT = Verdict.PASS, Verdict.TIMEOUT
HEAD = "import asyncio, multiprocessing, os, re, select, signal, socket, subprocess, sys, threading, time\n"

# What `double` does, and the line and function at which the report says that it stood.
HANGS = {
    "an endless loop": ("while True: number += 1", "line 3: `while True: number += 1`"),
    "an endless loop in C": ("re.match('(a+)+$', 'a' * 60 + 'b')", "in double, line 3"),
    "a loop that catches all": (
        "while True:\n        try: time.sleep(9)\n        except BaseException: pass",
        "in double, line ",
    ),
    "a loop that ignores signals": (
        "for s in signal.valid_signals() - {9, 19, 32, 33}: signal.signal(s, signal.SIG_IGN)\n    while True: pass",
        "",
    ),
    "a loop that blocks signals": (
        "signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())\n    while True: pass",
        "",
    ),
    "a long sleep": ("time.sleep(600)", "in double, line 3: `time.sleep(600)`"),
    "a long sleep in a loop": (
        "asyncio.run(asyncio.sleep(600))",
        "Task-1 waits outside your answer — for asyncio.sleep()",
    ),
    "an endless print": ("while True: print('tick')", "in double, line 3"),
    "a child that never ends": ("subprocess.run(['sleep', '600'])", "in double, line 3"),
    "a socket that nobody connects to": (
        "socket.create_server(('127.0.0.1', 0)).accept()",
        "in double, line 3",
    ),
    "signal.pause": ("signal.pause()", "in double, line 3"),
    "a lock of several processes": (
        "lock = multiprocessing.Lock()\n    lock.acquire()\n    lock.acquire()",
        "in double, line 5",
    ),
    "a lock that a handler may free": (
        "lock = threading.Lock()\n    signal.signal(signal.SIGALRM, lambda *_: lock.release())\n"
        "    lock.acquire()\n    lock.acquire()",
        "in double, line 6: `lock.acquire()`",
    ),
    "a loop that a signal may wake": (
        "async def main():\n        asyncio.get_running_loop().add_signal_handler(signal.SIGALRM, print)\n"
        "        await asyncio.Event().wait()\n    asyncio.run(main())",
        "Task-1 waits in main, line 5: `await asyncio.Event().wait()`",
    ),
    "a lock while a child lives": (
        "subprocess.Popen(['sleep', '600'])\n    lock = threading.Lock()\n    lock.acquire()\n    lock.acquire()",
        "in double, line 6: `lock.acquire()`",
    ),
    "asks again and again": (
        "lock = threading.Lock()\n    lock.acquire()\n    while not lock.acquire(timeout=0.05): pass",
        "in double, line 5",
    ),
}


@pytest.mark.parametrize("name", HANGS)
def test_what_may_end_some_day_is_stopped_at_the_deadline(fire: Any, name: str) -> None:
    """It is told how long it had and at which of its lines it stood, never that it is a deadlock."""
    what, where = HANGS[name]

    seen = fire(name, f"{HEAD}def double(number):\n    {what}\n", "hurried")

    assert (seen.verdict, seen.next) == (TIMEOUT, PASS), seen.words
    assert "It had not ended after 0.5 s, and was stopped." in seen.words
    assert where in seen.words


def test_an_import_has_a_deadline_of_its_own(fire: Any) -> None:
    """It may have to load a library first; that it does not end is said once for all checks."""
    seen = fire("an endless loop at import", "while True: pass", "hurried")

    assert (seen.verdict, seen.next) == (TIMEOUT, PASS), seen.words
    assert "stopped. This happens when it is imported." in seen.words
    assert "line 1: `while True: pass`" in seen.words
