"""Which child processes are left, told when all others have ended, and when nobody moves any more.

test_alone.py runs this file in a process of its own.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from threading import Event
from time import sleep

import pytest

from pypatterns.course.checking.probes import processes
from pypatterns.course.checking.probes.processes import children_left, until_quiet, until_still

NEVER = 3600.0  # seconds: no bound ends these waits
NAP = "import sys; print(1, flush=True); sys.stdin.read()"


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    """A process that sleeps until it is told to go on, and then ends."""
    command = [sys.executable, "-S", "-c", NAP]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as started:
        assert started.stdout and started.stdout.readline()
        yield started


def test_a_child_that_stays_is_left(child: subprocess.Popen[bytes]) -> None:
    """It stands still, so nobody waits for it for ever."""
    assert children_left(bound=NEVER) == [child.pid]


def test_a_child_that_is_about_to_end_is_given_the_time() -> None:
    """As long as anybody moves who may still end it, here or there."""
    busy = "import time\nfor _ in range(40): time.sleep(0.01)"
    with subprocess.Popen([sys.executable, "-S", "-c", busy]):
        assert children_left(bound=NEVER) == []


def test_an_ended_child_is_not_left_even_if_nobody_asked_for_its_status(
    child: subprocess.Popen[bytes],
) -> None:
    """A zombie works no more."""
    assert child.stdin
    child.stdin.close()

    assert children_left(bound=NEVER) == []
    assert child.wait() == 0  # its status was left for its parent


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_pythons_own_helpers_do_not_count(method: str) -> None:
    """The resource tracker and the fork server stay; the pool's workers are seen, and gone with it."""
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"this system has no {method}")

    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method)) as pool:
        worker = pool.submit(os.getpid).result()
        assert worker in children_left(bound=NEVER)

    assert children_left(bound=NEVER) == []


def test_what_happens_ends_the_wait(child: subprocess.Popen[bytes]) -> None:
    """However long that takes, if somebody gets on: here, a thread."""
    happened = Event()

    def work() -> None:
        for _ in range(2 * processes.LOOKS):
            sleep(processes.PAUSE)
        happened.set()

    thread = threading.Thread(target=work)
    thread.start()

    assert until_quiet(happened.is_set, bound=NEVER)
    thread.join()


def test_what_cannot_happen_is_not_waited_for(child: subprocess.Popen[bytes]) -> None:
    """The child sleeps, and so does this process."""
    assert until_quiet(Event().is_set, bound=NEVER) is False


def test_the_bound_ends_the_wait_for_one_who_works_without_end() -> None:
    """The last resort."""
    with subprocess.Popen([sys.executable, "-S", "-c", "while True: pass"]) as busy:
        left = children_left(bound=0.2)
        busy.kill()

    assert left == [busy.pid]


def test_another_process_is_waited_for_as_long_as_it_moves() -> None:
    """Here, until it has slept two hundred times, and ended."""
    busy = "import time\nfor _ in range(200): time.sleep(0.01)"
    with subprocess.Popen([sys.executable, "-S", "-c", busy]) as other:
        assert until_still(other.pid, lambda: other.poll() is not None, bound=NEVER)


def test_one_that_stands_still_or_has_ended_is_not(child: subprocess.Popen[bytes]) -> None:
    """Nothing will come of it."""
    assert until_still(child.pid, Event().is_set, bound=NEVER) is False

    assert child.stdin
    child.stdin.close()
    child.wait()

    assert until_still(child.pid, Event().is_set, bound=NEVER) is False
