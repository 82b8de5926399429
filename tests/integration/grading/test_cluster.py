"""The same tasks on a Dask cluster: all results arrive once, whatever happens to its workers and its scheduler.

The cluster and the command are processes of their own, as they would be; Dask's farewells are no matter of these tests.
"""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

from .conftest import SANDBOX, Done, Run, Started

pytestmark = pytest.mark.skipif(
    find_spec("distributed") is None, reason="the extra `cluster` is not installed"
)

RIGHT = "def twice(number):\n    return number * 2\n"
CLUSTER = """
import json, sys
from distributed import LocalCluster

if __name__ == "__main__":
    workers = int(sys.argv[1])
    with LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1") as made:
        pids = [worker.pid for worker in made.workers.values()]
        print(json.dumps({"address": made.scheduler_address, "workers": pids}), flush=True)
        sys.stdin.read()
"""


class Cluster:
    """A scheduler and its workers, below one process."""

    def __init__(self, script: Path, workers: int) -> None:
        script.write_text(CLUSTER)
        self._process = subprocess.Popen(
            [sys.executable, str(script), str(workers)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdout is not None
        said = json.loads(self._process.stdout.readline())
        self.address: str = said["address"]
        self._workers: list[int] = said["workers"]

    def kill_a_worker(self) -> None:
        """As the system does when the memory is full."""
        os.kill(self._workers[0], signal.SIGKILL)

    def kill_the_scheduler(self) -> None:
        """And its workers stay, with nobody to work for."""
        self._process.kill()

    def close(self) -> None:
        """End all of it."""
        below = psutil.Process(self._process.pid).children(recursive=True)
        self._process.kill()
        self._process.communicate()
        for process in below:
            if process.is_running():
                process.kill()


Start = Callable[[int], Cluster]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Start]:
    """Start a cluster of so many workers."""
    started: list[Cluster] = []

    def start(workers: int) -> Cluster:
        started.append(Cluster(tmp_path / "cluster.py", workers))
        return started[-1]

    yield start
    for each in started:
        each.close()


@pytest.fixture
def handed(tmp_path: Path) -> Path:
    """Sixteen learners who are right."""
    folder = tmp_path / "class"
    folder.mkdir()
    for number in range(16):
        (folder / f"learner{number:02}_twice.py").write_text(RIGHT)
    return folder


def marks(handed: Path) -> list[str]:
    """The column of `twice`."""
    with (handed.parent / "out" / "gradebook.csv").open(newline="", encoding="utf-8") as file:
        return [row["twice"] for row in csv.DictReader(file)]


def asked(handed: Path, *more: str) -> list[object]:
    """The command's arguments."""
    out = handed.parent / "out"
    return [handed, "--out", out, "--sandbox", SANDBOX, "--lesson", "twice", "--json", *more]


def after(
    steps: int, handed: Path, then: Callable[[], None], grading: subprocess.Popen[str]
) -> Done:
    """Do something once so many are graded; how the command ends."""
    reports = handed.parent / "out" / "reports"
    while grading.poll() is None and len(list(reports.glob("*.json"))) < steps:
        time.sleep(0.02)
    then()
    out, err = grading.communicate(timeout=200)
    return Done(grading.returncode, out, err)


def test_a_worker_that_dies_takes_no_result_with_it(
    start: Started, cluster: Start, handed: Path
) -> None:
    """Two workers, one of which is killed on the way: each learner is graded, once."""
    two = cluster(2)

    done = after(3, handed, two.kill_a_worker, start(*asked(handed, "--scheduler", two.address)))

    assert done.code == 0, done.err
    assert marks(handed) == ["2"] * 16
    assert json.loads(done.out)["graded"] == 16


def test_a_scheduler_that_goes_away_ends_the_run_and_loses_nothing(
    start: Started, run: Run, cluster: Start, handed: Path
) -> None:
    """The reason and the way out are told; what was graded is kept, and the same command goes on without it."""
    one = cluster(1)

    done = after(
        3, handed, one.kill_the_scheduler, start(*asked(handed, "--scheduler", one.address))
    )

    assert done.code == 1, done.err
    outcome = json.loads(done.out)
    assert "went away" in outcome["stopped"]
    assert "run the same command again" in outcome["stopped"]
    again = json.loads(run(*asked(handed)).out)
    assert (again["reused"], again["left"]) == (outcome["graded"], 0)
    assert marks(handed) == ["2"] * 16


def test_a_scheduler_without_workers_is_told(run: Run, cluster: Start, handed: Path) -> None:
    """Instead of waiting for ever."""
    done = run(*asked(handed, "--scheduler", cluster(0).address))

    assert done.code == 2
    assert "has no workers; start some with 'dask worker" in done.err
