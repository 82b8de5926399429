"""A solution beside the answer: without the markers that make a starter of it, and only where there is one."""

from __future__ import annotations

import shutil

from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Course
from pypatterns.course.lab.cell.compare import as_html, reference

CLEAN = "# exercise: twice\ndef twice(number):\n    return 2 * number\n"


def answer(source: str) -> Answer:
    """A learner's answer to `twice`."""
    return Answer("twice", source, "a test")


def test_the_reference_is_what_a_learner_would_have_written(helpful_course: Course) -> None:
    """Markers and the broken code of a repair are the author's business."""
    found = reference(helpful_course, helpful_course.exercise("twice"))

    assert found is not None and found.source == CLEAN


def test_without_a_solution_there_is_none(helpful_course: Course, tiny_course: Course) -> None:
    """Neither for an exercise that has none, nor in a course whose solutions were taken out or damaged."""
    thrice, twice = helpful_course.exercise("thrice"), tiny_course.exercise("twice")

    found = reference(helpful_course, thrice)
    assert found is not None and "NotImplementedError" in found.source  # the tiny course's own cell
    tiny_course.lessons[0].solution.write_text("not JSON")
    assert reference(tiny_course, twice) is None
    tiny_course.lessons[0].solution.unlink()
    assert reference(tiny_course, twice) is None
    assert as_html(tiny_course, twice, answer(CLEAN)) == ""


def test_both_are_shown_and_nothing_in_them_is_obeyed(helpful_course: Course) -> None:
    """The solution first: where there is little room the answer stands below, and above in its cell anyway."""
    source = as_html(helpful_course, helpful_course.exercise("twice"), answer("return '<b>'"))

    assert source.index("return 2 * number") < source.index("return &#x27;&lt;b&gt;&#x27;")
    assert "<code>solutions/01_doubling.ipynb</code>" in source


def test_the_same_program_is_not_compared(helpful_course: Course) -> None:
    """Other comments and blank lines make no other solution."""
    twice = helpful_course.exercise("twice")

    assert as_html(helpful_course, twice, answer(CLEAN.replace("\n", "\n\n"))) == ""


def test_of_several_files_those_that_differ_are_shown(box_course: Course) -> None:
    """Each beside the learner's own, with its name; a file that only one has stands beside nothing."""
    shutil.copytree(box_course.root / "exercises", box_course.root / "solutions")
    tea = box_course.root / "solutions" / "01_doubling" / "box" / "shop" / "tea.py"
    tea.write_text("def price():\n    ### BEGIN SOLUTION\n    return 4\n    ### END SOLUTION\n")
    files = {"shop.toml": "[shop]\n", "shop/tea.py": "def price(): ...\n", "<b>.py": "x = 1\n"}

    source = as_html(
        box_course,
        box_course.exercise("box"),
        Answer("box", 'folder = "box"', "a test", files=files),
    )

    assert source.count("<figure>") == 4
    assert "shop/tea.py</figcaption>" in source and "&lt;b&gt;.py" in source
    assert "return 4" in source and "BEGIN SOLUTION" not in source and "shop.toml" not in source
