"""Executing notebooks and deriving starters."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from pypatterns.course import catalog
from pypatterns.course.authoring import build as building
from pypatterns.course.authoring import notebooks
from pypatterns.course.authoring.build import build
from pypatterns.course.authoring.shape import lint
from pypatterns.course.catalog import Course
from pypatterns.course.errors import BrokenCourse

WHERE = "import os, sys; print(os.path.basename(os.getcwd()), file=sys.stdout)"


def test_a_derived_starter_holds_no_solution(small_course: Course) -> None:
    """The starter is the solution notebook with the answer taken out, and nothing else is written."""
    lesson = small_course.lessons[0]
    lesson.starter.unlink()
    before = lesson.solution.read_bytes()

    changed = build(small_course, execute=False)

    starter = notebooks.read(lesson.starter)
    assert changed == (lesson.starter,)
    assert [cell.id for cell in starter.cells] == ["title", "load", "twice-prompt", "twice"]
    assert starter.cells[-1].source.endswith("    raise NotImplementedError")
    assert lesson.solution.read_bytes() == before


def test_a_second_build_changes_nothing(small_course: Course) -> None:
    """What is built is already there, and the steps say so."""
    steps: list[str] = []

    changed = build(small_course, small_course.lessons, execute=False, on_progress=steps.append)

    assert changed == ()
    assert steps == ["exercises/01_doubling.ipynb: unchanged"]


def test_a_build_never_touches_work(small_course: Course) -> None:
    """What a learner wrote stays, whatever is built."""
    mine = small_course.lessons[0].work
    mine.parent.mkdir()
    mine.write_text("my answer")

    build(small_course, execute=False)

    assert mine.read_text() == "my answer"
    assert list(mine.parent.iterdir()) == [mine]


def test_a_lesson_runs_in_its_own_folder_and_keeps_its_outputs(small_course: Course) -> None:
    """Executed cells keep what they gave, as one run from top to bottom, without this machine in it."""
    lesson = small_course.lessons[0]
    lesson.solution.unlink()
    cells = [
        new_code_cell(WHERE, id="where"),
        new_markdown_cell("# Doubling", id="title"),
        new_code_cell("import os; os.getcwd() + '/x'", id="path"),
        new_code_cell("1 / 0", id="error", metadata={"tags": ["raises-exception"]}),
    ]
    notebooks.write(new_notebook(cells=cells), lesson.notebook)

    changed = build(small_course)

    where, _, path, error = notebooks.read(lesson.notebook).cells
    assert changed == (lesson.notebook,)
    assert [where.execution_count, path.execution_count, error.execution_count] == [1, 2, 3]
    assert where.outputs[0].text == "notebooks\n"
    assert path.outputs[0].data["text/plain"] == "'notebooks/x'"
    assert error.outputs[0].ename == "ZeroDivisionError"
    assert str(small_course.root) not in lesson.notebook.read_text()


def test_a_cell_that_fails_is_named_and_nothing_is_written(small_course: Course) -> None:
    """The author reads notebook, cell and the end of the traceback; the file stays as it was."""
    lesson = small_course.lessons[0]
    lesson.solution.unlink()
    cells = [new_markdown_cell("# Doubling", id="a"), new_code_cell("{}['tea']", id="b")]
    notebooks.write(new_notebook(cells=cells), lesson.notebook)
    before = lesson.notebook.read_bytes()

    with pytest.raises(BrokenCourse) as caught:
        build(small_course)

    first, *_, last = str(caught.value).splitlines()
    assert (
        first
        == "notebooks/01_doubling.ipynb, cell 2: it fails; nothing is written for this notebook"
    )
    assert last == "KeyError: 'tea'"
    assert lesson.notebook.read_bytes() == before


def test_a_cell_that_should_raise_and_does_not_is_named(small_course: Course) -> None:
    """A `raises-exception` cell that no longer raises would be a lesson that no longer teaches."""
    lesson = small_course.lessons[0]
    lesson.solution.unlink()
    cells = [new_code_cell("1 / 1", id="a", metadata={"tags": ["raises-exception"]})]
    notebooks.write(new_notebook(cells=cells), lesson.notebook)

    with pytest.raises(
        BrokenCourse, match=r"cell 1: is tagged 'raises-exception' and raised nothing"
    ):
        build(small_course)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        pytest.param("import os; os._exit(1)", "cell 1: the kernel died while it ran", id="dies"),
        pytest.param("while True: pass", "cell 1: it did not end within 1 seconds", id="hangs"),
    ],
)
def test_a_cell_that_never_answers_is_named(
    small_course: Course, monkeypatch: pytest.MonkeyPatch, source: str, words: str
) -> None:
    """A dead kernel and an endless loop end the build with a sentence."""
    monkeypatch.setattr(building, "CELL_TIMEOUT", 1)
    path = small_course.root / "notebooks" / "01_doubling.ipynb"
    notebooks.write(new_notebook(cells=[new_code_cell(source, id="a")]), path)

    with pytest.raises(BrokenCourse, match=words):
        building.run(path, small_course.root)


def test_a_wrong_marker_stops_the_build_before_anything_runs(
    small_course: Course, edit_solution, tmp_path: Path
) -> None:
    """Deriving comes first, because it is quick and its errors are the author's."""
    edit_solution(small_course, "twice", "### END SOLUTION", "")

    with pytest.raises(BrokenCourse, match=r"solutions/01_doubling\.ipynb, cell 4, line 4: "):
        build(small_course)


def test_a_solution_that_does_not_pass_is_not_written(
    small_course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong reference must not be committed as one."""
    monkeypatch.setattr(
        building, "run", lambda path, root: shown(path, "twice: FAIL, 2 of 3 checks")
    )
    before = small_course.lessons[0].solution.read_bytes()

    with pytest.raises(BrokenCourse) as caught:
        build(small_course)

    assert str(caught.value) == (
        "solutions/01_doubling.ipynb, cell 4: the solution does not pass "
        "(twice: FAIL, 2 of 3 checks); nothing is written for this notebook"
    )
    assert small_course.lessons[0].solution.read_bytes() == before


def test_what_an_author_saves_meanwhile_is_kept(
    small_course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build that was overtaken by an edit writes nothing over it."""
    path = small_course.lessons[0].solution

    def overtaken(path: Path, root: Path) -> NotebookNode:
        executed = shown(path, "twice: PASS, 3 of 3 checks")
        path.write_text(path.read_text().replace("It is fine.", "It is fine, and quick."))
        return executed

    monkeypatch.setattr(building, "run", overtaken)
    with pytest.raises(BrokenCourse, match="was changed while it ran; build it again"):
        build(small_course)

    assert "and quick" in path.read_text()


def test_a_solution_that_passes_is_written_with_its_verdict(
    small_course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The output below the answer is part of the page."""
    monkeypatch.setattr(
        building, "run", lambda path, root: shown(path, "twice: PASS, 3 of 3 checks")
    )

    changed = build(small_course)

    assert changed == (small_course.lessons[0].solution,)
    assert "3 of 3 checks" in changed[0].read_text()


def shown(path: Path, verdict: str) -> NotebookNode:
    """A notebook as if it had run, with this verdict below its answer."""
    notebook = notebooks.read(path)
    answer = next(cell for cell in notebook.cells if cell.id == "twice")
    answer.outputs = [new_output("display_data", data={"text/plain": verdict})]
    return notebook


def test_the_folder_of_a_solution_gives_the_folder_of_its_starter(small_course: Course) -> None:
    """It is written where it is another one, and the lint sees whether it was."""
    course = with_a_box(small_course)
    starter = course.root / "exercises" / "01_doubling" / "box"
    starter.mkdir(parents=True)
    (starter / "stale.py").touch()

    assert "exercises/01_doubling.ipynb, 01_doubling/box/" in told(course)
    assert starter in build(course, execute=False)
    assert {path.name: path.read_text() for path in starter.iterdir()} == {
        "tea.py": "def price():\n    raise NotImplementedError\n"
    }
    assert build(course, execute=False) == ()
    assert "exercises/01_doubling.ipynb, 01_doubling/box/" not in told(course)


def told(course: Course) -> list[str]:
    """What the lint complains of."""
    return [each.file for each in lint(course, [course.exercise("box")])]


def with_a_box(course: Course) -> Course:
    """The course with one more exercise, whose answer is a folder of one file."""
    with (course.root / "course.toml").open("a") as file:
        file.write(
            '[[lesson.exercise]]\nname = "box"\ntitle = "Box"\nminutes = 1\npoints = 1\nform = "folder"\n'
        )
    solution = notebooks.read(course.lessons[0].solution)
    solution.cells.append(new_code_cell('# exercise: box\nfolder = "box"', id="box"))
    notebooks.write(solution, course.lessons[0].solution)
    folder = course.root / "solutions" / "01_doubling" / "box"
    folder.mkdir(parents=True)
    (folder / "tea.py").write_text(
        "def price():\n    ### BEGIN SOLUTION\n    return 4\n    ### END SOLUTION\n"
    )
    return catalog.load(course.root)
