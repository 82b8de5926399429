"""A solution beside the answer: without the markers that make a starter of it, and only where there is one."""

from __future__ import annotations

from pypatterns.course.catalog import Course
from pypatterns.course.lab.compare import as_html, reference

CLEAN = "# exercise: twice\ndef twice(number):\n    return 2 * number\n"


def test_the_reference_is_what_a_learner_would_have_written(helpful_course: Course) -> None:
    """Markers and the broken code of a repair are the author's business."""
    assert reference(helpful_course, helpful_course.exercise("twice")) == CLEAN


def test_without_a_solution_there_is_none(helpful_course: Course, tiny_course: Course) -> None:
    """Neither for an exercise that has none, nor in a course whose solutions were taken out or damaged."""
    thrice, twice = helpful_course.exercise("thrice"), tiny_course.exercise("twice")

    assert "NotImplementedError" in reference(helpful_course, thrice)  # the tiny course's own cell
    tiny_course.lessons[0].solution.write_text("not JSON")
    assert reference(tiny_course, twice) == ""
    tiny_course.lessons[0].solution.unlink()
    assert reference(tiny_course, twice) == ""
    assert as_html(tiny_course, twice, CLEAN) == ""


def test_both_are_shown_and_nothing_in_them_is_obeyed(helpful_course: Course) -> None:
    """The solution first: where there is little room the answer stands below, and above in its cell anyway."""
    source = as_html(helpful_course, helpful_course.exercise("twice"), "return '<b>'")

    assert source.index("return 2 * number") < source.index("return &#x27;&lt;b&gt;&#x27;")
    assert "<code>solutions/01_doubling.ipynb</code>" in source


def test_the_same_program_is_not_compared(helpful_course: Course) -> None:
    """Other comments and blank lines make no other solution."""
    twice = helpful_course.exercise("twice")

    assert as_html(helpful_course, twice, CLEAN.replace("\n", "\n\n")) == ""
