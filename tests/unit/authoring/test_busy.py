"""Keeping the cores busy, and letting go of them."""

from __future__ import annotations

import os
import subprocess
import sys

import psutil
import pytest

from pypatterns.course.authoring.busy import busy_cores


def test_every_core_has_a_spinner_until_the_end() -> None:
    """There is one process a core, and none is left behind."""
    with busy_cores() as ids:
        running = [psutil.pid_exists(each) for each in ids]

    assert running == [True] * (os.cpu_count() or 1)
    assert not any(psutil.pid_exists(each) for each in ids)


def test_an_error_leaves_no_spinner_behind() -> None:
    """An interrupt in the midst of a long proof ends them too."""
    ids: list[int] = []

    def interrupted() -> None:
        with busy_cores(cores=2) as spinners:
            ids.extend(spinners)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert len(ids) == 2 and not any(psutil.pid_exists(each) for each in ids)


def test_a_killed_parent_leaves_no_spinner_behind() -> None:
    """A spinner whose parent is gone ends by itself."""
    code = (
        "import os; from pypatterns.course.authoring.busy import busy_cores\n"
        "with busy_cores(cores=1) as ids:\n"
        "    print(*ids, flush=True); os.kill(os.getpid(), 9)\n"
    )
    killed = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)

    (spinner,) = map(int, killed.stdout.split())

    _, alive = psutil.wait_procs(processes(spinner), timeout=10)
    assert alive == []


def processes(pid: int) -> list[psutil.Process]:
    """The process, unless it is gone already."""
    try:
        return [psutil.Process(pid)]
    except psutil.NoSuchProcess:
        return []
