"""The gate on the real course, through the real engine; and that it closes when the checks cannot be trusted."""

from __future__ import annotations

import ast
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pypatterns.course import catalog
from pypatterns.course.authoring.findings import Complaint
from pypatterns.course.authoring.verify import verify
from pypatterns.course.catalog import Course
from pypatterns.course.checking.client import Judge, JudgePool
from pypatterns.course.known_answers import known_answers

ROOT = Path(__file__).resolve().parents[2]
CORES = os.cpu_count() or 1
WHOLE = os.environ.get("PYPATTERNS_WHOLE") == "1"
EXERCISES = [exercise.name for exercise in catalog.load(ROOT).exercises]


@pytest.fixture(scope="module")
def judges() -> Iterator[JudgePool]:
    """Kept for all exercises: to start one takes as long as a dozen answers."""
    with JudgePool(catalog.load(ROOT), jobs=CORES) as judges:
        yield judges


@pytest.mark.parametrize("name", EXERCISES)
def test_the_checks_of_an_exercise_are_proven(name: str, judges: JudgePool) -> None:
    """The solution and every right answer pass, for each check a wrong one fails, and nothing is out of shape.

    `pypatterns verify` proves them with all known answers, which takes minutes more, and so does PYPATTERNS_WHOLE=1 here.
    """
    course = catalog.load(ROOT)

    proof = verify(course, [course.exercise(name)], judge=judges, jobs=CORES, quick=not WHOLE)

    assert [str(complaint) for complaint in proof.complaints] == []


def test_the_gate_finds_a_wrong_answer_planted_as_right(copied_course: Course) -> None:
    """Whatever is called right must pass."""
    folder = copied_course.exercise("single_flight_cache").checks
    (folder / "wrong_check_then_act.py").rename(folder / "right_check_then_act.py")

    (complaint,) = proven(copied_course, "right_check_then_act")

    assert complaint.expected == "PASS"
    assert "test_cold_callers_share_one_load (FAIL): eight threads called get(" in complaint.got


def test_the_gate_finds_a_right_answer_planted_as_wrong(copied_course: Course) -> None:
    """Whatever is called wrong must fail, or it shows a hole in the checks."""
    exercise = copied_course.exercise("single_flight_cache")
    right = next(known for known in known_answers(exercise) if known.right)
    claim = (
        '"""It looks wrong.\n\nfails: test_cold_callers_share_one_load\nfeedback: It is not.\n"""'
    )
    (exercise.checks / "wrong_planted.py").write_text(with_docstring(right.source, claim))

    (complaint,) = proven(copied_course, "wrong_planted")

    assert complaint.expected == "to fail test_cold_callers_share_one_load"
    assert complaint.got == "PASS"


def test_the_gate_finds_a_weakened_assert(copied_course: Course) -> None:
    """A check that accepts everything lets the wrong answer through that it was stored for."""
    exercise = copied_course.exercise("single_flight_cache")
    known = {known.name: known for known in known_answers(exercise)}["wrong_none_is_a_miss"]
    (check,) = known.fails
    exercise.test_file.write_text(weakened(exercise.test_file.read_text(), check))

    (complaint,) = proven(copied_course, "wrong_none_is_a_miss")

    assert complaint.expected == f"to fail {check}"
    assert complaint.got == "PASS"


@pytest.fixture
def copied_course(tmp_path: Path) -> Course:
    """A copy of the course to spoil."""
    shutil.copy(ROOT / "course.toml", tmp_path)
    for folder in ("exercises", "solutions", "tests/exercises"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return catalog.load(tmp_path)


def proven(course: Course, name: str) -> tuple[Complaint, ...]:
    """The gate's complaints about one known answer of the exercise that was spoilt."""
    with Judge(course) as judge:
        exercises = [course.exercise("single_flight_cache")]
        return verify(course, exercises, judge=judge, only=[name]).complaints


def with_docstring(source: str, docstring: str) -> str:
    """The same program with another docstring."""
    tree = ast.parse(source)
    return f"{docstring}\n{ast.unparse(tree.body[1:])}\n"


def weakened(source: str, check: str) -> str:
    """The same checks, of which one asserts nothing."""
    tree = ast.parse(source)
    function = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == check)
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            node.test = ast.Constant(True)
    return ast.unparse(tree)
