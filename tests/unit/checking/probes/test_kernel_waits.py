"""The proof from the kernel's account: which waits have no limit, and that two equal looks mean that nothing ran."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from pypatterns.course.checking.probes.kernel_waits import asleep, watched_pid
from pypatterns.course.checking.probes.processes import until_still

BOUND = 20.0  # seconds: to end a hang
Start = Callable[[str], "subprocess.Popen[str]"]

UNLIMITED = {
    "a read from a pipe": "sys.stdin.readline()",
    "a lock": "l = threading.Lock(); l.acquire(); l.acquire()",
    "a semaphore of several processes": "import multiprocessing as m; m.get_context('spawn').Semaphore(0).acquire()",
    "a select": "import select; select.select([0], [], [])",
    "a poll": "import select; p = select.poll(); p.register(0); p.poll()",
    "an event loop": "import asyncio; asyncio.new_event_loop().run_forever()",
    "the end of a child": "import os; os.fork() and os.wait() or sys.stdin.readline()",
    "a connection": "import socket; s = socket.create_server(('127.0.0.1', 0)); s.accept()",
}
LIMITED = {
    "a sleep": "time.sleep(600)",
    "a lock with a limit": "l = threading.Lock(); l.acquire(); l.acquire(timeout=600)",
    "a select with a limit": "import select; select.select([0], [], [], 600)",
    "an event loop with a timer": "import asyncio; asyncio.run(asyncio.sleep(600))",
    "a loop": "while True: pass",
    "one thread that sleeps beside one that waits": (
        "threading.Thread(target=time.sleep, args=(600,)).start(); sys.stdin.readline()"
    ),
}

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/task").is_dir(), reason="this system has no /proc that tells of threads"
)


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a Python that says that it is there, and then runs this line; ended after the test."""
    with ExitStack() as stack:

        def run(line: str) -> subprocess.Popen[str]:
            code = f"import sys, threading, time\nprint('ready', flush=True)\n{line}"
            child = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", code],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            stack.callback(child.kill)
            assert child.stdout and child.stdout.readline() == "ready\n"
            return child

        yield run


@pytest.mark.parametrize("line", UNLIMITED.values(), ids=UNLIMITED.keys())
def test_a_wait_without_a_limit_is_proven(line: str, start: Start) -> None:
    """Sooner or later two looks in a row tell the same."""
    pid = start(line).pid

    assert eventually(lambda: (before := asleep([pid])) is not None and asleep([pid]) == before)


@pytest.mark.parametrize("line", LIMITED.values(), ids=LIMITED.keys())
def test_nothing_is_claimed_of_what_may_go_on_by_itself(line: str, start: Start) -> None:
    """A wait that ends by itself is no proof, however often one looks, once the process has come so far."""
    child = start(line)
    time.sleep(0.3)  # an earlier wait, in the import system say, may have no limit

    assert [asleep([child.pid]) for _ in range(20)] == [None] * 20


def test_a_thread_that_ran_in_between_shows(start: Start) -> None:
    """It waits again in the same way, and the kernel has counted that it ran."""
    child = start("while True: sys.stdin.readline(); print('read', flush=True)")
    assert eventually(lambda: asleep([child.pid]) is not None)
    before = asleep([child.pid])

    assert child.stdin and child.stdout
    child.stdin.write("\n")
    child.stdin.flush()
    child.stdout.readline()

    assert eventually(lambda: asleep([child.pid]) is not None)
    assert asleep([child.pid]) != before


def test_a_process_that_has_ended_proves_nothing(start: Start) -> None:
    """Nothing can be read of it."""
    child = start("")
    child.wait()

    assert asleep([child.pid]) is None


def test_a_child_may_look_at_the_process_that_said_so(start: Start) -> None:
    """From below, `until_still` ends as soon as its parent waits; the bound would be too long for this test."""
    line = (
        "from pypatterns.course.checking.probes.processes import until_still\n"
        f"print(until_still({watched_pid()}, lambda: False, bound=600), flush=True)"
    )
    child = start(line)

    assert child.stdout and child.stdout.readline() == "False\n"


def test_it_is_given_up_once_the_other_process_has_ended(start: Start) -> None:
    """A process that is gone moves no more."""
    child = start("")
    child.wait()

    assert until_still(child.pid, lambda: False, bound=600) is False


def eventually(happened: Callable[[], object]) -> bool:
    """Whether it happens before the bound."""
    end = time.monotonic() + BOUND
    while not happened():
        if time.monotonic() > end:
            return False
        time.sleep(0.001)
    return True
