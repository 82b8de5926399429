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
    if words := borrowed(answer, exercise):
        return Refused(Verdict.ERROR, words)
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


def borrowed(answer: Answer, exercise: Exercise) -> str:
    """What is said of an answer that takes the asked thing from this package, by its name or by a refused one; or ""."""
    wanted = signatures.read(exercise.signature_file)
    asked = {each.name for each in wanted if "." not in each.name}
    taken = _taken(answer.source, asked, set(exercise.refused))
    for name in sorted(taken, key=lambda name: (name not in asked, name)):
        does = "is" if name in asked else "does"
        source = "" if "." in name else " from pypatterns"
        return f"The answer imports {name}{source}, but {name} {does} what this exercise asks you to write."
    return ""


def _taken(source: str, asked: set[str], refused: set[str]) -> set[str]:
    """The asked names, and the refused names and modules, that a text takes from this package.

    By `import *` it takes asked names that it does not define, and refused ones that it uses and does not define.
    """
    sought = asked | refused
    tree = syntax.parsed(source) or ast.Module([], [])
    own = {name for statement in tree.body for name in syntax.bound(statement)}
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    taken: set[str] = set()
    modules: set[str] = set()  # names under which parts of this package go
    paths: set[str] = set()  # all that is imported, in full
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and _is_ours(node.module or ""):
            names = {alias.name for alias in node.names}
            taken |= (asked | refused & used) - own if "*" in names else sought & names
            modules |= {alias.asname or alias.name for alias in node.names}
            paths |= {f"{node.module}.{name}" for name in names}
        elif isinstance(node, ast.Import):
            ours = [alias for alias in node.names if _is_ours(alias.name)]
            modules |= {alias.asname or alias.name.partition(".")[0] for alias in ours}
            paths |= {alias.name for alias in ours}
    attributes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    reached = [node for node in attributes if _root(node) in modules]
    paths |= {ast.unparse(node) for node in reached}
    taken |= {node.attr for node in reached} & sought
    return taken | {each for each in sought if "." in each and any(_is_in(each, p) for p in paths)}


def _is_in(module: str, path: str) -> bool:
    return f"{path}.".startswith(f"{module}.")


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] == "pypatterns"


def _root(node: ast.expr) -> str:
    """The name that a dotted expression begins with: "tasks" of tasks.mapping.bounded_map."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
