"""The service of lesson 03 as a process: a real SIGTERM, and an end in order."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to send")


def stopped(grace: float) -> tuple[list[str], int]:
    """What the program prints when it is told to stop as soon as it is ready, and its exit status."""
    command = [sys.executable, "-m", "pypatterns.flow.demo", "--grace", str(grace)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        lines = [child.stdout.readline()]
        child.send_signal(signal.SIGTERM)
        lines += child.stdout.readlines()
    return [line.rstrip() for line in lines], child.returncode


def test_it_finishes_what_it_can_and_cancels_the_rest() -> None:
    """Two orders are booked after the signal, the one that hangs is cancelled, then everything is closed."""
    lines, status = stopped(grace=1)

    assert lines[:2] == [
        "ready: 3 orders are under way",
        "SIGTERM: no new orders, and 1 s for those under way",
    ]
    assert sorted(lines[2:4]) == ["order 1 is booked", "order 2 is booked"]
    assert lines[4:] == ["order 3 is cancelled", "journal closed", "database closed"]
    assert status == 0


def test_without_grace_everything_is_cancelled_and_closed() -> None:
    """The closers run all the same, and the exit status says that it was no crash."""
    lines, status = stopped(grace=0)

    assert sorted(lines[2:5]) == [f"order {number} is cancelled" for number in (1, 2, 3)]
    assert lines[5:] == ["journal closed", "database closed"]
    assert status == 0
