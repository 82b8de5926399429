"""The sentence that a check stands for, and what it says where it fails."""

from __future__ import annotations

from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Course
from pypatterns.course.checking.client import Judge

CHECKS = '''
import pytest

@pytest.mark.parametrize("number", [2, 3], ids=["even", "odd"])
def test_nothing_is_left(answer, number):
    """Whatever the number,
    nothing is left."""
    got = answer.call("twice", number)
    assert got is None, f"twice({number}) returned {object()!r}; expected None"
'''


def test_each_case_of_a_check_says_which_it_is(tiny_course: Course) -> None:
    """A behaviour that is proved case by case stands in a report as often; and no message holds an address."""
    exercise = tiny_course.exercise("twice")
    exercise.test_file.write_text(CHECKS)

    with Judge(tiny_course) as judge:
        report = judge.check(Answer("twice", "def twice(number): return 1", "a test"), exercise)

    assert [(each.behaviour, each.message) for each in report.checks[1:]] == [
        (
            f"Whatever the number, nothing is left ({case}).",
            f"twice({number}) returned <object object>; expected None",
        )
        for number, case in ((2, "even"), (3, "odd"))
    ]
