"""A solution beside the learner's answer: for whoever has tried. A course released for a graded class has none.

>>> reference(course, course.exercise("single_flight_cache"))
'from collections import OrderedDict …'
"""

from __future__ import annotations

import re

from pypatterns.course import answers
from pypatterns.course.answers import same_code
from pypatterns.course.catalog import Course, Exercise
from pypatterns.course.checking.html import code, fold, prose
from pypatterns.course.errors import CourseError

BROKEN_START = re.compile(
    r"^ *### BEGIN STARTER *\n.*?^ *### END STARTER *\n?", re.MULTILINE | re.DOTALL
)
MARKERS = re.compile(r"^ *### (?:BEGIN|END) SOLUTION *(?:\n|\Z)", re.MULTILINE)


def reference(course: Course, exercise: Exercise) -> str:
    """The reference answer without its markers; "" where the course has none."""
    solution = course.lesson(exercise.lesson).solution
    try:
        found = answers.find(solution, course).answers
    except CourseError:
        return ""
    source = next((each.source for each in found if each.exercise == exercise.name), "")
    return MARKERS.sub("", BROKEN_START.sub("", source))


def as_html(course: Course, exercise: Exercise, answer: str) -> str:
    """Both, side by side where there is room; "" where there is nothing to compare."""
    solution = reference(course, exercise)
    if not solution or same_code(solution, answer):
        return ""
    sides = "".join(
        f"<figure><figcaption><strong>{title}</strong></figcaption>{code(source.strip())}</figure>"
        for title, source in (("A solution", solution), ("Your answer", answer))
    )
    more = f"`solutions/{exercise.lesson}.ipynb` compares it with other ways to solve this."
    return fold(
        "Compare with a solution", f'<div class="pypatterns-side">{sides}</div>{prose(more)}'
    )
