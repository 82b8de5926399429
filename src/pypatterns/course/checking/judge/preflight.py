"""Before any check: is there anything to check? An untouched starter, a borrowed answer, one that does not import.

An answer that is text for tools is only parsed: no process imports it.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from pypatterns.course import signatures, syntax
from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Course, Exercise
from pypatterns.course.checking.judge.failures import TOO_DEEP, CallFailed, magic
from pypatterns.course.checking.judge.subject import Subject
from pypatterns.course.checking.report.model import Verdict
from pypatterns.course.checking.shared.locations import Line, Location
from pypatterns.course.starters import untouched


@dataclass(frozen=True, slots=True)
class Refused:
    """Why no check runs: said once, for the whole answer."""

    verdict: Verdict
    message: str
    lines: tuple[Line, ...] = ()
    locations: tuple[Location, ...] = ()
    output: str = ""


def admit(subject: Subject, course: Course) -> Refused | None:
    """Why the answer's checks cannot run, or None if they can. A module is imported once, in a process of its own."""
    answer, exercise = subject.answer, subject.exercise
    if untouched(answer, exercise, course):
        return Refused(Verdict.NOT_STARTED, "The answer is still the starter.")
    if borrowed := _borrowed(answer, exercise):
        return Refused(
            Verdict.ERROR,
            f"The answer imports {borrowed} from pypatterns, but {borrowed} is what this exercise asks you to write.",
        )
    if exercise.form == "text":
        return _unreadable(answer)
    try:
        wanted = signatures.read(exercise.signature_file)
        subject.enter([each.as_input() for each in wanted])
    except CallFailed as failed:
        return Refused(
            failed.verdict, failed.message, failed.lines, failed.locations, subject.output
        )
    return None


def _unreadable(answer: Answer) -> Refused | None:
    """Why Python cannot read the text, with the line; None if it can."""
    try:
        ast.parse(answer.source)
    except SyntaxError as error:
        line = Line(error.lineno or 1, (error.text or "").rstrip()[:200])
        words = magic(line) or f"This is not Python: {error.msg} (line {line.number})."
        return Refused(Verdict.ERROR, words, (line,))
    except (ValueError, RecursionError, MemoryError):
        return Refused(Verdict.ERROR, TOO_DEEP)
    return None


def _borrowed(answer: Answer, exercise: Exercise) -> str:
    """A name that the exercise asks for and that the answer takes from this package; "" if there is none."""
    wanted = signatures.read(exercise.signature_file)
    asked = {each.name for each in wanted if "." not in each.name}
    tree = syntax.parsed(answer.source) or ast.Module([], [])
    own = {name for statement in tree.body for name in syntax.bound(statement)}
    taken: set[str] = set()
    modules: set[str] = set()  # names under which parts of this package go
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and _is_ours(node.module or ""):
            names = {alias.name for alias in node.names}
            taken |= asked - own if "*" in names else asked & names
            modules |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            ours = [alias for alias in node.names if _is_ours(alias.name)]
            modules |= {alias.asname or alias.name.partition(".")[0] for alias in ours}
    taken |= {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in asked and _root(node) in modules
    }
    return min(taken, default="")


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] == "pypatterns"


def _root(node: ast.expr) -> str:
    """The name that a dotted expression begins with: "tasks" of tasks.mapping.bounded_map."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
