"""Faults that are ours or the machine's, in the middle of an answer's call: never a mark, and words that help to mend it."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from pypatterns.course import catalog
from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Course
from pypatterns.course.checking.client import Judge
from pypatterns.course.checking.report import text
from pypatterns.course.checking.report.model import Report, Verdict
from pypatterns.course.checking.shared.protocol import FRESH

WORKER = "pypatterns.course.checking.zygote.server"
RIGHT = "def double(number):\n    return number * 2\n"
# What a worker loads with an exercise's libraries, to be at fault from then on.
FAULT_AFTER_THE_CALL = """
from pypatterns.course.checking.child import call
def _value(value):
    raise LookupError("a bug of ours")
call._value = _value
"""
FAULT_OF_THE_SYSTEM = """
import errno, os
def fork():
    raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))
os.fork = fork
"""

Faulty = Callable[[str], Course]


@pytest.fixture
def faulty(course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Faulty:
    """Make a course whose worker has this fault."""

    def make(fault: str) -> Course:
        (tmp_path / "a_fault.py").write_text(fault)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
        root = tmp_path / "course"
        root.mkdir()
        toml = (course.root / "course.toml").read_text()
        toml = toml.replace("points = 4", 'points = 4\npreload = ["a_fault"]')
        (root / "course.toml").write_text(toml)
        (root / "tests").symlink_to(course.root / "tests")
        return catalog.load(root)

    return make


def report_on(source: str, course: Course) -> Report:
    """The report on an answer, by a judge of its own."""
    with Judge(course) as judge:
        return judge.check(Answer("double", source, "a test"), course.exercise("double"))


def told(report: Report) -> str:
    """The report in words, on one line."""
    return " ".join(text.text(report).split())


def test_a_bug_after_the_call_is_ours(faulty: Faulty) -> None:
    """The answer has run and is right; that its result could not be told costs no mark."""
    report = report_on(RIGHT, faulty(FAULT_AFTER_THE_CALL))

    assert report.verdict is Verdict.INFRASTRUCTURE
    assert report.points is None
    assert (
        "The engine failed after your answer had run, which is not your doing: LookupError"
        in told(report)
    )


def test_an_answer_cannot_hide_behind_our_bugs(faulty: Faulty) -> None:
    """Where the answer has replaced what Python and we use, what fails afterwards counts as its doing."""
    report = report_on("import json\njson.dumps = None\n" + RIGHT, faulty(FAULT_AFTER_THE_CALL))

    assert report.verdict is Verdict.ERROR
    assert "The answer had replaced json.dumps, which Python and the check use." in told(report)


def test_a_system_without_processes_is_our_fault(faulty: Faulty) -> None:
    """Where no process can be started for the answer, that is what is said."""
    report = report_on(RIGHT, faulty(FAULT_OF_THE_SYSTEM))

    assert report.verdict is Verdict.INFRASTRUCTURE
    assert "The system starts no process for an answer: Resource temporarily unavailable." in told(
        report
    )


@pytest.fixture
def small_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files with room for next to nothing."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k,nr_inodes=8", "tmpfs", str(disk)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk is not permitted here")
    monkeypatch.setenv("TMPDIR", str(disk))
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


@pytest.mark.parametrize("fresh", ["0", "1"], ids=["forked", "fresh"])
def test_a_full_disk_is_named_with_the_way_out(
    course: Course, small_disk: Path, monkeypatch: pytest.MonkeyPatch, fresh: str
) -> None:
    """No room for the answer's files: the report says where, and what to do."""
    monkeypatch.setenv(FRESH, fresh)

    report = report_on("# " + "long " * 10_000 + "\n" + RIGHT, course)
    told = " ".join(text.text(report).split())

    assert report.verdict is Verdict.INFRASTRUCTURE
    assert f"The files of an answer cannot be written to {small_disk}/" in told
    assert (
        "No space left on device. Make room there, or set the environment variable TMPDIR to a folder"
        in told
    )


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="this system has no prlimit")
def test_files_that_cannot_be_written_are_our_fault(course: Course) -> None:
    """Whatever keeps the answer's files from being written, for a new zygote, too, it is told with the folder."""
    with Judge(course) as judge:
        answer, exercise = Answer("double", RIGHT, "a test"), course.exercise("double")
        judge.check(answer, exercise)
        resource.prlimit(zygote(), resource.RLIMIT_FSIZE, (0, 0))
        resource.prlimit(psutil.Process(zygote()).ppid(), resource.RLIMIT_FSIZE, (0, 0))

        report = judge.check(answer, exercise)

    assert report.verdict is Verdict.INFRASTRUCTURE
    assert "The files of an answer cannot be written to" in told(report)


def test_a_zygote_that_somebody_else_killed_costs_nothing(course: Course) -> None:
    """A call that was lost with it is made again by a new one."""
    with Judge(course) as judge:
        answer, exercise = Answer("double", RIGHT, "a test"), course.exercise("double")
        judge.check(answer, exercise)
        pid = zygote()

        report = judge.check(answer, exercise, on_event=lambda event: kill(pid))

    assert report.verdict is Verdict.PASS


def kill(pid: int) -> None:
    """End a process of the judge's, if it is still there."""
    if psutil.pid_exists(pid):
        os.kill(pid, 9)


def zygote() -> int:
    """The process that forks others for calls, of the newest judge."""
    starters = [each for each in psutil.Process().children(recursive=True) if is_starter(each)]
    return max(starters, key=psutil.Process.create_time).pid


def is_starter(process: psutil.Process) -> bool:
    """Whether it forks others for calls, and is not such a fork itself."""
    with suppress(psutil.Error):  # a call's process may end at any moment
        above = process.parent()
        return WORKER in process.cmdline() and above is not None and WORKER not in above.cmdline()
    return False
