"""A class on paper: submissions in a folder, and a grader that knows the marks without a judge."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from pypatterns.course import catalog
from pypatterns.course.catalog import Course
from pypatterns.course.checking.report.model import CheckResult, Report, Verdict
from pypatterns.course.grading import tasks
from pypatterns.course.grading.outcome import Outcome
from pypatterns.course.grading.run import Wishes, grade
from pypatterns.course.grading.tasks import Task

RIGHT = "# exercise: {name}\ndef {name}(number):\n    return number * {factor}\n"
FACTORS = {"twice": 2, "thrice": 3}


def right(name: str = "twice") -> str:
    """A right answer, marker included."""
    return RIGHT.format(name=name, factor=FACTORS[name])


def notebook(*sources: str) -> str:
    """A notebook of code cells."""
    cells = [{"cell_type": "code", "metadata": {}, "source": source} for source in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


class Silent:
    """Watches a run and keeps what it was told."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.steps = 0
        self.reused = 0

    def begin(self, of: int) -> None:
        self.of = of

    def step(self, *, reused: bool = False) -> None:
        self.steps += 1
        self.reused += reused

    def say(self, words: str) -> None:
        self.said.append(words)

    def close(self) -> None:
        pass


class Desk:
    """Grades as a judge would, from what the answers say: `return` passes, `crash` is our fault, `die` loses the task."""

    def __init__(self) -> None:
        self.graded: list[tuple[str, str]] = []
        self.before: Callable[[Task], None] = lambda task: None

    def grade_one(self, task: Task) -> dict[str, Any]:
        self.before(task)
        reports = {}
        for answer in task.answers:
            self.graded.append((task.learner, answer["exercise"]))
            reports[answer["exercise"]] = as_data(report(answer, task))
        return {"learner": task.learner, "reports": reports}


def report(answer: Mapping[str, Any], task: Task) -> Report:
    """What a judge would say of it."""
    source = answer["source"]
    verdict = Verdict.PASS if "return" in source else Verdict.FAIL
    verdict = Verdict.INFRASTRUCTURE if "crash" in source else verdict
    message = "" if verdict is Verdict.PASS else f"{answer['exercise']}(1042) gave None"
    check = CheckResult(
        "test_it", "It holds.", verdict, 2.0, called="called with 1042", message=message
    )
    return Report(answer["exercise"], verdict, (check,), seed=task.seed)


def as_data(made: Report) -> dict[str, Any]:
    """A report as it travels."""
    return dict(json.loads(json.dumps(made.to_dict())))


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The grader of all runs of this test."""
    desk = Desk()
    monkeypatch.setattr(tasks, "grade_one", desk.grade_one)
    return desk


@pytest.fixture
def handed(tmp_path: Path) -> Path:
    """The folder of submissions, empty."""
    folder = tmp_path / "class"
    folder.mkdir()
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """The folder of results, not there yet."""
    return tmp_path / "marks"


Grade = Callable[..., Outcome]


@pytest.fixture
def grade_class(desk: Desk, tiny_course: Course, handed: Path, out: Path) -> Grade:
    """Grade the class, without a judge."""

    def run(hears: Silent | None = None, **wishes: Any) -> Outcome:
        asked = {"submissions": handed, "out": out, "sandbox": "none"} | wishes
        return grade(catalog.load(tiny_course.root), Wishes(**asked), hears or Silent())

    return run
