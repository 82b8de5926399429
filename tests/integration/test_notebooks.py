"""Every notebook runs from top to bottom, as a learner would run it: what nbval cannot see.

nbval compares outputs, but lets unknown magics, uncaught exception groups and cells that no longer raise go by.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pypatterns.course import catalog
from pypatterns.course.answers import marked
from pypatterns.course.authoring import notebooks, page
from pypatterns.course.authoring.build import run
from pypatterns.course.authoring.shape import lint

ROOT = Path(__file__).resolve().parents[2]
LESSONS = catalog.load(ROOT).lessons
PATHS = [
    path
    for lesson in LESSONS
    for path in (lesson.notebook, lesson.solution, lesson.starter)
    if path.is_file()
]
# Lessons show what nbval is blind to. Of solutions and starters it compares each verdict: one of each stands for all here.
RUN = [path for path in PATHS if path.parent.name == "notebooks" or path.stem == "00_welcome"]
VERDICTS = {"solutions": "PASS", "exercises": "NOT_STARTED"}


@pytest.mark.parametrize("path", RUN, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_notebook_runs_and_its_answers_get_their_verdicts(path: Path) -> None:
    """No cell fails but those that must; solutions pass, and a starter is not started, never wrong."""
    committed = notebooks.read(path)

    executed = run(path, ROOT)

    answers = {marked(cell.source): shown(cell) for cell in executed.cells if is_answer(cell)}
    expected = {name: f"{name}: {VERDICTS[path.parent.name]}" for name in answers}
    assert {name: text[: len(expected[name])] for name, text in answers.items()} == expected
    assert [cell.source for cell in executed.cells] == [cell.source for cell in committed.cells]


@pytest.mark.parametrize(
    "lesson", [each for each in LESSONS if each.exercises], ids=lambda lesson: lesson.stem
)
def test_every_exercise_of_a_lesson_has_its_cell(lesson: catalog.Lesson) -> None:
    """What course.toml promises is there to be solved, in the same order."""
    names = [exercise.name for exercise in lesson.exercises]

    for path in (lesson.solution, lesson.starter):
        assert [marked(c.source) for c in notebooks.read(path).cells if is_answer(c)] == names


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_output_names_a_place_on_a_machine(path: Path) -> None:
    """Committed outputs hold no absolute path: they would change with every author, and tell about them."""
    assert list(page.absolute_paths(notebooks.read(path))) == []


def test_the_whole_course_is_in_shape() -> None:
    """Prompts, checks, notebooks and the table of claims have all their parts, and their parts agree."""
    assert [str(complaint) for complaint in lint(catalog.load(ROOT))] == []


def is_answer(cell) -> bool:
    """Whether a cell holds an answer."""
    return cell.cell_type == "code" and marked(cell.source) is not None


def shown(cell) -> str:
    """The text that stands below a cell."""
    return "\n".join(output.data["text/plain"] for output in cell.outputs if "data" in output)
