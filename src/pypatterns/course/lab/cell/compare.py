"""A solution beside the learner's answer: for whoever has tried. A course released for a graded class has none.

>>> reference(course, course.exercise("single_flight_cache")).source
'from collections import OrderedDict …'
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import escape

from pypatterns.course import answers, folders, syntax
from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Course, Exercise
from pypatterns.course.checking.report.html import code, fold, prose
from pypatterns.course.errors import CourseError

BROKEN_START = re.compile(
    r"^ *### BEGIN STARTER *\n.*?^ *### END STARTER *\n?", re.MULTILINE | re.DOTALL
)
MARKERS = re.compile(r"^ *### (?:BEGIN|END) SOLUTION *(?:\n|\Z)", re.MULTILINE)


def reference(course: Course, exercise: Exercise) -> Answer | None:
    """The reference answer without its markers; None where the course has none."""
    solution = course.lesson(exercise.lesson).solution
    try:
        found = answers.find(solution, course).answers
    except CourseError:
        return None
    answer = next((each for each in found if each.exercise == exercise.name), None)
    if answer is None:
        return None
    files = {name: _plain(text) for name, text in answer.files.items()}
    return replace(answer, source=_plain(answer.source), files=files)


def as_html(course: Course, exercise: Exercise, answer: Answer) -> str:
    """Both, side by side where there is room; "" where there is nothing to compare."""
    solution = reference(course, exercise)
    pairs = list(_pairs(solution, answer)) if solution else []
    if not pairs:
        return ""
    sides = "".join(
        f'<div class="pypatterns-side">{_figure("A solution", name, theirs)}{_figure("Your answer", name, own)}</div>'
        for name, theirs, own in pairs
    )
    more = f"`solutions/{exercise.lesson}.ipynb` compares it with other ways to solve this."
    return fold("Compare with a solution", f"{sides}{prose(more)}")


def _pairs(solution: Answer, answer: Answer) -> Iterator[tuple[str, str, str]]:
    """What differs: a file's name ("" for the cell), the solution's text and the learner's."""
    if not solution.files:
        if not syntax.same_code(solution.source, answer.source):
            yield "", solution.source, answer.source
        return
    for name in sorted(solution.files.keys() | answer.files.keys()):
        theirs, own = solution.files.get(name, ""), answer.files.get(name, "")
        if not folders.same_files({name: theirs}, {name: own}):
            yield name, theirs, own


def _figure(title: str, name: str, source: str) -> str:
    caption = f"<strong>{title}</strong>{f' {escape(name)}' if name else ''}"
    return f"<figure><figcaption>{caption}</figcaption>{code(source.strip())}</figure>"


def _plain(text: str) -> str:
    return MARKERS.sub("", BROKEN_START.sub("", text))
