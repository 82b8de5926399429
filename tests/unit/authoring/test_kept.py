"""Reports that outlive a run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pypatterns.course.answers import Answer
from pypatterns.course.authoring.kept import Kept
from pypatterns.course.catalog import Course, Exercise
from pypatterns.course.checking.report.model import Cause, Report, Verdict

ANSWER = Answer("twice", "def twice(number): ...", "a test")


@pytest.fixture(autouse=True)
def caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of caches of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    return tmp_path / "caches"


@pytest.fixture
def exercise(small_course: Course) -> Exercise:
    """The exercise whose reports are kept."""
    return small_course.exercise("twice")


def test_a_report_is_found_again(exercise: Exercise, reported) -> None:
    """By its sources and its turn, in another process, too."""
    report = replace(
        reported({"test_small": Verdict.FAIL}), causes=(Cause("wrong_a", "A.", "No."),)
    )

    Kept.of("rounds", exercise).put(ANSWER, report, turn=2)
    later = Kept.of("rounds", exercise)

    assert later.get(ANSWER, 2) == report
    assert later.get(ANSWER, 1) is None
    assert later.get(replace(ANSWER, source="def other(): ..."), 2) is None
    assert Kept.of("mutants", exercise).get(ANSWER, 2) is None


def test_a_fault_of_ours_is_tried_again(exercise: Exercise) -> None:
    """It may have been the machine."""
    kept = Kept.of("rounds", exercise)

    kept.put(ANSWER, Report("twice", Verdict.INFRASTRUCTURE))

    assert kept.get(ANSWER) is None


@pytest.mark.parametrize(
    ("file", "is_kept"),
    [("drive.py", False), ("test_twice.py", False), ("wrong_cap.py", True)],
)
def test_a_change_of_the_checks_forgets(
    exercise: Exercise, reported, file: str, is_kept: bool
) -> None:
    """Known answers are asked by their own sources, and may change."""
    report = reported({"test_small": Verdict.PASS})
    Kept.of("rounds", exercise).put(ANSWER, report)

    path = exercise.checks / file
    path.write_text(path.read_text() + "\n")

    assert Kept.of("rounds", exercise).get(ANSWER) == (report if is_kept else None)


def test_half_a_line_is_no_report(exercise: Exercise, reported) -> None:
    """A run may be killed while it writes."""
    kept = Kept.of("rounds", exercise)
    kept.put(ANSWER, reported({"test_small": Verdict.PASS}))
    with kept.file.open("a") as file:
        file.write('{"key": "abc", "repo')

    assert list(Kept.of("rounds", exercise).found) == list(kept.found)


@pytest.mark.parametrize("way", ["fresh", "forget"])
def test_a_run_can_start_over(exercise: Exercise, reported, way: str) -> None:
    """By `--fresh`, or when the last one has come to its end."""
    kept = Kept.of("rounds", exercise)
    kept.put(ANSWER, reported({"test_small": Verdict.PASS}))
    if way == "forget":
        kept.forget()

    assert Kept.of("rounds", exercise, fresh=way == "fresh").get(ANSWER) is None
