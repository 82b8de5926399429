"""What this package gives away: lessons' patterns in full are the answers to exercises, so graders show a copy without them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

import pypatterns
from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Course
from pypatterns.course.checking.client import Judge
from pypatterns.course.checking.report import text
from pypatterns.course.checking.report.model import Sandbox, Verdict

BORROWS = {
    "imports it under another name": (
        "import importlib\n"
        "return hasattr(importlib.import_module('pypatterns.concurrency.cache'), 'SingleFlightCache')"
    ),
    "reads its source": (
        "import pypatterns\n"
        "file = pathlib.Path(pypatterns.__file__).with_name('concurrency') / 'cache.py'\n"
        "return 'class SingleFlightCache' in file.read_text()"
    ),
}


@pytest.mark.usefixtures("judge")  # without a sandbox it skips
@pytest.mark.parametrize("name", BORROWS)
def test_a_copy_without_answers_gives_none_away(
    course: Course, attack: Any, name: str, tmp_path: Path
) -> None:
    """In the sandbox the copy stands in the package's place; without a copy, the attack succeeds."""
    copy, exercise = tmp_path / "pypatterns", course.exercise("once")
    shutil.copytree(Path(pypatterns.__file__).parent, copy)
    (copy / "concurrency" / "cache.py").write_text('"""Emptied."""\n')
    (copy / "concurrency" / "__init__.py").write_text('"""Emptied."""\n')
    answer = Answer("once", attack(BORROWS[name], only_inside=True), "a test")

    reports = []
    for package in (copy, None):
        with Judge(course, sandbox=Sandbox.BWRAP, package=package) as its_judge:
            reports.append(its_judge.check(answer, exercise))

    assert [each.verdict for each in reports] == [Verdict.FAIL, Verdict.PASS], text.text(reports[0])
    assert "returned 0; expected" in text.text(reports[0])
