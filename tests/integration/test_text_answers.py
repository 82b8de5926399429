"""An answer that is text for a tool, through the real engine: mypy reads it, and no process imports it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pypatterns.course import catalog
from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Course
from pypatterns.course.checking.client import Judge
from pypatterns.course.checking.report.model import Report, Verdict

TOML = """
title = "A course of one exercise"
[[lesson]]
stem = "01_clocks"
title = "Clocks"
minutes = 1
[[lesson.exercise]]
name = "port"
title = "A port"
minutes = 1
points = 3
form = "text"
"""
CHECKS = '''
"""Checks."""
from pathlib import Path

BESIDE = Path(__file__).parent / "adapters"

def test_clean(answer):
    """The port is clean."""
    said = [each for each in answer.mypy(BESIDE) if each.file == "answer.py"]
    assert not said, f"line {said[0].line}: {said[0]}"

def test_fits(answer):
    """A clock that tells the time fits."""
    said = [each for each in answer.mypy(BESIDE) if each.file == "fits.py"]
    assert not said, f"the clock is refused: {said[0]}"
'''
FITS = """
from answer import Clock

class Fixed:
    def now(self) -> float: return 0.0

def accepted() -> Clock:
    return Fixed()
"""
RIGHT = "from typing import Protocol\n\nclass Clock(Protocol):\n    def now(self) -> float: ...\n"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The course of one exercise whose answers are text."""
    root = tmp_path_factory.mktemp("course")
    checks = root / "tests" / "exercises" / "01_clocks" / "port"
    (checks / "adapters").mkdir(parents=True)
    (root / "course.toml").write_text(TOML)
    (checks / "test_port.py").write_text(CHECKS)
    (checks / "signature.pyi").write_text("Clock: object\n")
    (checks / "adapters" / "fits.py").write_text(FITS)
    return catalog.load(root)


@pytest.fixture(scope="module")
def judge(course: Course) -> Iterator[Judge]:
    """One judge for all answers."""
    with Judge(course) as judge:
        yield judge


def check(judge: Judge, course: Course, source: str) -> Report:
    """The report on an answer to `port`."""
    return judge.check(Answer("port", source, "a test"), course.exercise("port"))


@pytest.mark.parametrize("more", ["", "raise SystemExit", "while True: pass"])
def test_what_a_text_would_do_does_not_happen(judge: Judge, course: Course, more: str) -> None:
    """A right port passes, whatever would become of whoever imported it."""
    report = check(judge, course, f"{RIGHT}\n{more}\n")

    assert report.verdict is Verdict.PASS


def test_each_check_reads_what_mypy_says_of_its_file(judge: Judge, course: Course) -> None:
    """The port without types is unclean; it takes the clock all the same, and the message has mypy's words."""
    report = check(judge, course, RIGHT.replace(" -> float", ""))

    verdicts = {each.name: each.verdict for each in report.checks}
    assert verdicts == {
        "test_signature": Verdict.PASS,
        "test_clean": Verdict.FAIL,
        "test_fits": Verdict.PASS,
    }
    assert "line 4: Function is missing a return type" in report.checks[1].message


def test_a_text_without_its_names_is_told(judge: Judge, course: Course) -> None:
    """The generated check reads the names off the text."""
    report = check(judge, course, "Watch = int\n")

    assert report.checks[0].verdict is Verdict.FAIL
    assert "The answer has no Clock" in report.checks[0].message


@pytest.mark.parametrize(
    ("source", "words"),
    [
        pytest.param("class Clock(:\n", "This is not Python: ", id="syntax"),
        pytest.param("%timeit x\nClock = 1\n", "Line 1 is notebook magic", id="magic"),
    ],
)
def test_what_is_no_python_is_told_once(
    judge: Judge, course: Course, source: str, words: str
) -> None:
    """As for an answer that does not import: an ERROR with the line, and no check runs."""
    report = check(judge, course, source)

    assert report.verdict is Verdict.ERROR
    assert words in report.message
