"""A released course: what must not be in it is not, and what a learner needs is."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pypatterns.course import answers, catalog, signatures, syntax
from pypatterns.course.catalog import Course
from pypatterns.course.checking.client import Judge
from pypatterns.course.checking.report import html
from pypatterns.course.checking.report.model import Verdict
from pypatterns.course.checking.report.text import text
from pypatterns.course.errors import CourseError
from pypatterns.course.grading.blanks import blanked
from pypatterns.course.grading.release import Released, released
from pypatterns.course.grading.run import Wishes, grade

from .conftest import Silent, right

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def ours() -> Course:
    """The real course: what it holds is what must not get out."""
    return catalog.load(ROOT)


@pytest.fixture(scope="module")
def copy(ours: Course, tmp_path_factory: pytest.TempPathFactory) -> Released:
    """The real course, released."""
    return released(ours, tmp_path_factory.mktemp("release") / "course")


def texts(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every file of the copy as text."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield path, path.read_text(encoding="utf-8", errors="replace")


def sources(folder: Path) -> Iterator[str]:
    """Every piece of Python in the copy: modules outside the kit, and notebooks' cells."""
    kit = folder / "src" / "pypatterns" / "course"
    for path, words in texts(folder):
        if path.suffix == ".py" and not path.is_relative_to(kit):
            yield words
        elif path.suffix == ".ipynb":
            yield from ("".join(cell["source"]) for cell in json.loads(words)["cells"])


def definitions(source: str) -> dict[str, str]:
    """What a source defines at top level, in a form that comments and layout do not change."""
    tree = syntax.parsed(source)
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    nodes = [node for node in tree.body if isinstance(node, kinds)] if tree else []
    return {node.name: ast.dump(node) for node in nodes}


def test_no_file_of_the_instructors_is_in_it(copy: Released) -> None:
    """No solutions, known answers, drivers or history; of the checks' folders, the signature and a stub."""
    names = {path.relative_to(copy.folder).as_posix() for path in copy.folder.rglob("*")}

    assert not names & {"solutions", ".git", "tests/unit", "tests/integration", ".ci", "benchmarks"}
    kept = {Path(name).name for name in names if name.startswith("tests/exercises") and "." in name}
    assert {name for name in kept if not name.startswith("test_")} == {"signature.pyi"}


def test_no_solution_is_in_it(copy: Released, ours: Course) -> None:
    """Neither a reference nor a known right answer: none of their definitions of a name that an exercise asks for."""
    given_away = set()
    for exercise in ours.exercises:
        asked = {wanted.name for wanted in signatures.read(exercise.signature_file)}
        known = [path.read_text(encoding="utf-8") for path in exercise.checks.glob("right_*.py")]
        known += [
            answer.source
            for answer in answers.read(ours.lesson(exercise.lesson).solution, ours)
            if answer.exercise == exercise.name
        ]
        theirs = {(n, d) for each in known for n, d in definitions(each).items() if n in asked}
        given_away |= theirs & {
            pair for each in sources(copy.folder) for pair in definitions(each).items()
        }

    assert given_away == set()


def test_no_solutions_marker_or_check_is_in_it(copy: Released, ours: Course) -> None:
    """A search for what marks them finds nothing outside the kit that makes exercises."""
    checks = {
        name
        for exercise in ours.exercises
        for name in definitions(exercise.test_file.read_text(encoding="utf-8"))
        if name.startswith("test_")  # a helper's name may stand elsewhere, too
    }
    kit = copy.folder / "src" / "pypatterns" / "course"

    for path, words in texts(copy.folder):
        if not path.is_relative_to(kit):
            assert "### BEGIN SOLUTION" not in words, path
            assert not [name for name in checks if f"def {name}(" in words], path


def test_what_the_patterns_grew_up_to_is_emptied(copy: Released, ours: Course) -> None:
    """A name that an exercise asks for can be imported, and does nothing."""
    asked = sorted(
        wanted.name
        for exercise in ours.exercises
        for wanted in signatures.read(exercise.signature_file)
        if "." not in wanted.name
    )
    program = f"""
import pypatterns, importlib, pkgutil
for info in pkgutil.iter_modules(pypatterns.__path__):
    if info.name in ("course", "market", "problems"):  # problems only re-exports what is the market's
        continue
    module = importlib.import_module(f"pypatterns.{{info.name}}")
    for name in {asked!r}:
        if hasattr(module, name):
            assert getattr(module, name).__doc__ == "Yours to write.", name
"""
    environment = os.environ | {"PYTHONPATH": str(copy.folder / "src")}

    subprocess.run([sys.executable, "-c", program], env=environment, check=True)


def test_it_is_a_course(copy: Released, ours: Course) -> None:
    """It loads, with the same lessons and exercises, and knows what it is."""
    course = catalog.load(copy.folder)

    assert course.released
    assert [each.name for each in course.exercises] == [each.name for each in ours.exercises]
    assert all(
        lesson.notebook.is_file() == ours.lesson(lesson.stem).notebook.is_file()
        for lesson in course.lessons
    )


@pytest.fixture(scope="module")
def tiny_copy(shared_course: Course, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The tiny course, released."""
    return catalog.load(released(shared_course, tmp_path_factory.mktemp("tiny") / "c").folder)


@pytest.fixture(scope="module")
def judge(tiny_copy: Course) -> Iterator[Judge]:
    """What a learner of the released course asks."""
    with Judge(tiny_copy) as judge:
        yield judge


@pytest.mark.parametrize(
    ("source", "verdict", "said"),
    [
        (right(), Verdict.UNCHECKED, "What twice does is checked when your class is graded."),
        ("def twice(): ...", Verdict.FAIL, "twice does not take the call that the prompt states"),
        ("def twice(", Verdict.ERROR, "does not import"),
        (None, Verdict.NOT_STARTED, "still the starter"),
    ],
    ids=["right", "signature", "syntax", "starter"],
)
def test_check_says_what_it_can_tell(
    tiny_copy: Course, judge: Judge, source: str | None, verdict: Verdict, said: str
) -> None:
    """And never that an answer passes."""
    exercise = tiny_copy.exercise("twice")
    starter = answers.read(tiny_copy.lessons[0].starter, tiny_copy)[0].source
    answer = answers.Answer("twice", starter if source is None else source, "a.py")

    report = judge.check(answer, exercise)

    assert report.verdict is verdict
    assert said in " ".join(text(report).split())
    assert report.points in (None, 0.0)
    assert said.partition(" ")[0] in html.panel(report)


def test_it_cannot_grade_by_itself(
    tiny_copy: Course, shared_course: Course, tmp_path: Path
) -> None:
    """It says so before anything is graded; with the checks that stayed behind, it can."""
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ana_twice.py").write_text(right())
    wishes = Wishes(tmp_path / "class", tmp_path / "out", sandbox="none")

    with pytest.raises(CourseError, match=r"a released course, without checks of twice, thrice"):
        grade(tiny_copy, wishes, Silent())

    checks = shared_course.root / "tests" / "exercises"
    with_checks = Wishes(tmp_path / "class", tmp_path / "out", sandbox="none", checks=checks)
    assert grade(tiny_copy, with_checks, Silent()).exit_code == 0


def test_a_folder_that_is_not_new_stays_as_it_is(shared_course: Course, tmp_path: Path) -> None:
    """Nothing is written over."""
    (tmp_path / "mine.txt").write_text("mine")

    with pytest.raises(CourseError, match="name a new folder"):
        released(shared_course, tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_emptied_module_keeps_what_others_need() -> None:
    """Helpers and imports of the solution alone go; what something else uses stays."""
    source = '''
"""A module."""
from threading import Lock, get_ident
from typing import TypeVar

T = TypeVar("T")
_SHARED = 3
_SECRET = 4


def given(n: int) -> int:
    """Given."""
    return _shared(n) + _SHARED


def asked(value: T) -> T:
    """It takes a Lock."""
    with Lock():
        return _helper(value)


def _shared(n):
    return get_ident() + n


def _helper(value):
    return value, _SECRET
'''

    without = blanked(source, {"asked"})

    ast.parse(without)
    assert sorted(definitions(without)) == ["_shared", "asked", "given"]
    assert "Lock" not in without
    assert "_SECRET" not in without
    assert "get_ident" in without
    assert "_SHARED = 3" in without
