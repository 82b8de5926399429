"""An answer of several files, through the real engine: they lie in a folder beside answer.py, in the answer's own process."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pypatterns.course import answers
from pypatterns.course.catalog import Course
from pypatterns.course.checking.client import Judge
from pypatterns.course.checking.report.model import Report, Verdict

DRIVE = '''
"""The driver of box."""
import importlib
import sys

def ask(answer):
    """The price of tea is asked."""
    sys.path.insert(0, "box")
    return importlib.import_module("shop.tea").price()
'''
CHECKS = '''
"""What holds for box."""

def test_price(answer):
    """Tea costs four."""
    got = answer.run("ask")
    assert got == 4, f"price() returned {got!r}"

def test_shop(answer):
    """The shop is open."""
    said = answer.answer.files["shop.toml"]
    assert "open = true" in said, f"shop.toml says {said!r}"
'''
OPEN = "[shop]\nopen = true\n"


@pytest.fixture
def judge(box_course: Course) -> Iterator[Judge]:
    """The course with checks of `box`, and its judge."""
    checks = box_course.exercise("box").checks
    checks.mkdir(parents=True)
    (checks / "test_box.py").write_text(CHECKS)
    (checks / "drive.py").write_text(DRIVE)
    (checks / "signature.pyi").write_text("folder: str\n")
    with Judge(box_course) as judge:
        yield judge


def check(judge: Judge, course: Course, tmp_path: Path, **files: str) -> Report:
    """The report on the starter's folder with other texts in tea.py and shop.toml."""
    folder = tmp_path / "mine" / "box"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(course.root / "exercises" / course.exercise("box").folder, folder)
    for name, path in (("tea", "shop/tea.py"), ("shop", "shop.toml")):
        if name in files:
            (folder / path).write_text(files[name])
    (answer,) = answers.read(folder, course)
    return judge.check(answer, course.exercise("box"))


def test_each_file_counts(judge: Judge, box_course: Course, tmp_path: Path) -> None:
    """The starter is not started; a right folder passes; one wrong file fails its own check."""
    untouched = check(judge, box_course, tmp_path)
    right = check(judge, box_course, tmp_path, tea="def price(): return 4\n", shop=OPEN)
    wrong = check(judge, box_course, tmp_path, tea="def price(): return 5\n", shop=OPEN)

    assert untouched.verdict is Verdict.NOT_STARTED
    assert right.verdict is Verdict.PASS
    assert [each.verdict for each in wrong.checks] == [Verdict.PASS, Verdict.FAIL, Verdict.PASS]


def test_an_error_is_told_with_the_line_of_its_file(
    judge: Judge, box_course: Course, tmp_path: Path
) -> None:
    """What is raised in one of the files is the answer's doing."""
    report = check(judge, box_course, tmp_path, tea="def price():\n    return 1 / 0\n", shop=OPEN)

    failed = report.checks[1]
    assert failed.verdict is Verdict.FAIL
    assert "ZeroDivisionError" in failed.message
    assert [(line.number, line.function) for line in failed.lines] == [
        (2, "price in box/shop/tea.py")
    ]


def test_what_does_not_import_is_the_answers_doing(
    judge: Judge, box_course: Course, tmp_path: Path
) -> None:
    """A driver imports the files; a syntax error in one of them is no fault of the driver's."""
    report = check(judge, box_course, tmp_path, tea="def price(:\n", shop=OPEN)

    assert report.checks[1].verdict is Verdict.FAIL
    assert "SyntaxError" in report.checks[1].message
    assert report.checks[1].lines[0].function == "box/shop/tea.py"
