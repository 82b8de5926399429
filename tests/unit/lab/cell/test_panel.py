"""What a panel offers besides the verdict: hints while something is missing, a solution after a try."""

from __future__ import annotations

import pytest

from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Course
from pypatterns.course.checking.report.model import CheckResult, Report, Verdict
from pypatterns.course.lab.cell import hints, panel
from pypatterns.course.lab.cell.panel import of_answer, of_words
from pypatterns.course.lab.drawing.shown import Shown

WRONG = "# exercise: twice\ndef twice(number):\n    return number * number\n"
SOLUTION = """\
# exercise: twice
def twice(number):
    ### BEGIN SOLUTION
    return 2 * number
    ### END SOLUTION
"""


def shown(course: Course, verdict: Verdict, source: str = WRONG) -> Shown:
    """The panel of an answer to `twice`."""
    check = CheckResult("test_it", "It holds.", verdict)
    return of_answer(Report("twice", verdict, (check,)), Answer("twice", source, "here"), course)


def test_a_panel_has_a_text_and_says_it_in_html() -> None:
    """The terminal's repr, the notebook's text and its HTML say the same."""
    sentence = of_words("twice: not checked")

    assert repr(sentence) == "twice: not checked"
    assert sentence._repr_mimebundle_() == {
        "text/plain": "twice: not checked",
        "text/html": sentence.html,
    }
    assert "<p>twice: not checked</p>" in sentence.html


@pytest.mark.parametrize(
    ("verdict", "offered"),
    [
        (Verdict.FAIL, ["Hint 1 of 1", "Compare with a solution"]),
        (Verdict.TIMEOUT, ["Hint 1 of 1", "Compare with a solution"]),
        (Verdict.DEADLOCK, ["Hint 1 of 1", "Compare with a solution"]),
        (Verdict.ERROR, ["Hint 1 of 1", "Compare with a solution"]),
        (Verdict.PASS, ["Compare with a solution"]),
        (Verdict.NOT_STARTED, []),
        (Verdict.INFRASTRUCTURE, []),
    ],
    ids=lambda value: value.name if isinstance(value, Verdict) else "",
)
def test_help_is_for_whoever_has_tried(
    helpful_course: Course, verdict: Verdict, offered: list[str]
) -> None:
    """Nobody reads a solution before the first try, and who passed needs no hint."""
    source = shown(helpful_course, verdict).html

    there = [each for each in ("Hint 1 of 1", "Compare with a solution") if each in source]
    assert there == offered


def test_the_text_holds_no_help(helpful_course: Course) -> None:
    """Text cannot be folded: nobody should read a solution by accident."""
    assert "2 * number" not in shown(helpful_course, Verdict.FAIL).text


def test_a_course_without_solutions_offers_none(tiny_course: Course) -> None:
    """A course released for a graded class has no solutions, so there is nothing to open."""
    assert "<details>" not in shown(tiny_course, Verdict.FAIL).html


def test_a_solution_that_checks_itself_is_not_compared(helpful_course: Course) -> None:
    """The solution's own notebook shows the verdict alone."""
    assert "<details>" not in shown(helpful_course, Verdict.PASS, SOLUTION).html


def test_no_verdict_is_lost_for_want_of_a_hint(
    helpful_course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is wrong with the hints, the verdict is not."""
    monkeypatch.setattr(hints, "as_html", lambda found: 1 / 0)

    told = shown(helpful_course, Verdict.FAIL)

    assert told.text.startswith("twice: FAIL")
    assert panel.of_report(Report("twice", Verdict.PASS)).text.startswith("twice: PASS")
