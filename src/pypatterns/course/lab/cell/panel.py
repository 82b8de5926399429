"""What appears below a cell: one object, shown once, whose text says everything and whose HTML says it in better order.

>>> of_answer(report, answer, course)
single_flight_cache: PASS, 8 of 8 checks

There is no widget in it. What a learner opens (a hint, a solution) is folded in the HTML itself: it works when the notebook
is opened again, without a kernel and where widgets are not restored, and each run stores the same bytes.
"""

from __future__ import annotations

from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Course
from pypatterns.course.checking.report import html, text
from pypatterns.course.checking.report.model import Report, Verdict
from pypatterns.course.lab.cell import compare, hints
from pypatterns.course.lab.drawing.shown import Shown

UNTRIED = (Verdict.NOT_STARTED, Verdict.INFRASTRUCTURE)


def of_answer(report: Report, answer: Answer, course: Course) -> Shown:
    """The panel of an answer that was checked, with what its learner may want to open next."""
    try:
        more = _more(report, answer, course)
    except Exception:  # noqa: BLE001 - a verdict is worth more than what stands below it
        more = ""
    return of_report(report, more)


def of_report(report: Report, more: str = "") -> Shown:
    """The panel of a report; `more` is HTML to show at its end."""
    return Shown(text.text(report), html.panel(report, more))


def of_words(sentence: str) -> Shown:
    """A sentence where there is no report."""
    return Shown(sentence, html.message(sentence))


def _more(report: Report, answer: Answer, course: Course) -> str:
    """Hints while a behaviour is missing, and a solution for whoever has tried."""
    if report.verdict in UNTRIED:
        return ""
    exercise = course.exercise(answer.exercise)
    solution = compare.as_html(course, exercise, answer)
    if report.verdict is Verdict.PASS:
        return solution
    return (
        hints.as_html(hints.hints(course.lesson(exercise.lesson).starter, exercise.name)) + solution
    )
