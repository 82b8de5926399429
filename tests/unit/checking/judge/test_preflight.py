"""What an answer may not take from this package: the asked names, and those that course.toml refuses."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import pypatterns
from pypatterns.course import catalog
from pypatterns.course.answers import Answer
from pypatterns.course.catalog import FILE, Course, Exercise
from pypatterns.course.checking.judge.preflight import borrowed

IS = "The answer imports twice from pypatterns, but twice is what this exercise asks you to write."
DOES = "The answer imports DOUBLERS from pypatterns, but DOUBLERS does what this exercise asks you to write."
MODULE = "The answer imports pypatterns.doubling.all, but pypatterns.doubling.all does what this exercise asks you to write."


@pytest.fixture
def exercise(tiny_course: Course) -> Exercise:
    """It asks for `twice`, and refuses a name and a module."""
    file = tiny_course.root / FILE
    refused = 'points = 2\nrefused = ["DOUBLERS", "pypatterns.doubling.all"]'
    file.write_text(file.read_text().replace("points = 2", refused, 1))
    exercise = catalog.load(tiny_course.root).exercise("twice")
    exercise.signature_file.write_text("def twice(number: int) -> int: ...\n")
    return exercise


def said(source: str, exercise: Exercise) -> str:
    """What an author of this answer reads."""
    return borrowed(Answer(exercise.name, source, "answer.py"), exercise)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("from pypatterns.doubling import twice", IS),
        ("import pypatterns.doubling as d\ndef twice(number): return d.twice(number)", IS),
        ("from pypatterns.doubling import *", IS),
        ("from pypatterns.doubling import DOUBLERS as given", DOES),
        ("from pypatterns import doubling\ndef twice(n): return doubling.DOUBLERS[0](n)", DOES),
        ("from pypatterns.doubling import *\ndef twice(n): return DOUBLERS[0](n)", DOES),
        ("def twice(n):\n    from pypatterns.doubling.all import one", MODULE),
        ("from pypatterns.doubling import all as every", MODULE),
        ("import pypatterns.doubling.all.inner", MODULE),
        ("import pypatterns.doubling\nfound = pypatterns.doubling.all.inner", MODULE),
    ],
)
def test_what_does_the_exercise_is_refused(exercise: Exercise, source: str, words: str) -> None:
    """However it is imported; a module is refused with all that lies in it."""
    assert said(source, exercise) == words


@pytest.mark.parametrize(
    "source",
    [
        "DOUBLERS = []\ndef twice(number): return number * 2",
        "from elsewhere import DOUBLERS, twice",
        "from pypatterns.doubling import halve\nDOUBLERS = [halve]",
        "from pypatterns.doubling import *\nDOUBLERS = []\ndef twice(n): return DOUBLERS or n",
        "from pypatterns.doubling import *\ndef twice(n): return halve(n) * 4",
        "from pypatterns.doubling.allowed import halve",
        "from pypatterns import doubling\nhalf = doubling.halve",
    ],
)
def test_names_of_ones_own_and_of_others_are_not(exercise: Exercise, source: str) -> None:
    """An answer may define a refused name itself, import it from elsewhere, or import the rest of ours."""
    assert not said(source + "\ndef twice(number): ...", exercise)


def test_what_the_course_refuses_is_there() -> None:
    """A slip in a name of course.toml would let an answer borrow."""
    package = Path(pypatterns.__file__).parent
    ours = [
        path for path in package.rglob("*.py") if path.relative_to(package).parts[0] != "course"
    ]
    modules = {".".join(path.relative_to(package.parent).with_suffix("").parts) for path in ours}
    names = {name for path in ours for name in defined(path)}
    exercises = catalog.load().exercises

    unknown = {each for one in exercises for each in one.refused} - names - modules

    assert unknown == set()


def defined(path: Path) -> set[str]:
    """The names of a module's own functions, classes and constants."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
        elif isinstance(node, ast.Assign):
            found |= {each.id for each in node.targets if isinstance(each, ast.Name)}
    return found
