"""The sentence that a check stands for, and what it says where it fails."""

from __future__ import annotations

from pathlib import Path

from pypatterns.course import catalog
from pypatterns.course.answers import Answer
from pypatterns.course.checking import Judge

TOML = """
title = "A course of one exercise"
[[lesson]]
stem = "01_pages"
title = "Pages"
minutes = 1
[[lesson.exercise]]
name = "pages"
title = "Pages"
minutes = 1
points = 2
"""
CHECKS = '''
import pytest

@pytest.mark.parametrize("end", ["read to the end", "closed"])
def test_nothing_is_left(answer, end):
    """Whatever its end,
    nothing is left."""
    got = answer.call("pages", end)
    assert got is None, f"pages({end!r}) returned {object()!r}; expected None"
'''


def test_each_case_of_a_check_says_which_it_is(tmp_path: Path) -> None:
    """A behaviour that is proved case by case stands in a report as often; and no message holds an address."""
    checks = tmp_path / "tests" / "exercises" / "01_pages" / "pages"
    checks.mkdir(parents=True)
    (tmp_path / "course.toml").write_text(TOML)
    (checks / "signature.pyi").write_text("def pages(end: str) -> None: ...\n")
    (checks / "test_pages.py").write_text(CHECKS)
    course = catalog.load(tmp_path)

    with Judge(course) as judge:
        report = judge.check(
            Answer("pages", "def pages(end): return 1", "a test"), course.exercise("pages")
        )

    assert [(each.behaviour, each.message) for each in report.checks[1:]] == [
        (
            f"Whatever its end, nothing is left ({end}).",
            f"pages({end!r}) returned <object object>; expected None",
        )
        for end in ("read to the end", "closed")
    ]
