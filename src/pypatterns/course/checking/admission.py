"""Before any check: is there anything to check? An untouched starter, a borrowed answer, one that does not import."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from pypatterns.course import answers
from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Course, Exercise
from pypatterns.course.checking import signature
from pypatterns.course.checking.calls import CallFailed, Subject
from pypatterns.course.checking.report import Line, Stand, Verdict
from pypatterns.course.errors import CourseError


@dataclass(frozen=True, slots=True)
class Refused:
    """Why no check runs: said once, for the whole answer."""

    verdict: Verdict
    message: str
    lines: tuple[Line, ...] = ()
    stands: tuple[Stand, ...] = ()
    output: str = ""


def admit(subject: Subject, course: Course) -> Refused | None:
    """Why the answer's checks cannot run, or None if they can. Imports the answer once, in a process of its own."""
    answer, exercise = subject.answer, subject.exercise
    if answers.same_code(answer.source, starter(exercise, course)):
        return Refused(Verdict.NOT_STARTED, "The answer is still the starter.")
    if borrowed := _borrowed(answer, exercise):
        return Refused(
            Verdict.ERROR,
            f"The answer imports {borrowed} from pypatterns, but {borrowed} is what this exercise asks you to write.",
        )
    try:
        subject.import_alone()
    except CallFailed as failed:
        return Refused(failed.verdict, failed.message, failed.lines, failed.stands, subject.output)
    return None


def starter(exercise: Exercise, course: Course) -> str:
    """The source of the pristine starter; "" if the course has none."""
    try:
        found = answers.read(course.lesson(exercise.lesson).starter, course)
    except CourseError:
        return ""
    return next((each.source for each in found if each.exercise == exercise.name), "")


def _borrowed(answer: Answer, exercise: Exercise) -> str:
    """A name that the exercise asks for and that the answer takes from this package."""
    asked = {wanted.name for wanted in signature.read(exercise.signature_file)}
    tree = answers.parsed(answer.source)
    for node in ast.walk(tree) if tree else ():
        if (
            isinstance(node, ast.ImportFrom)
            and (node.module or "").partition(".")[0] == "pypatterns"
        ):
            for alias in node.names:
                if alias.name in asked:
                    return alias.name
    return ""
