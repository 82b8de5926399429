"""The shape lint: a course in shape has no complaint, and each thing that is spoilt has its own."""

from __future__ import annotations

import shutil

import pytest
from nbformat.v4 import new_markdown_cell, new_output

from pypatterns.course.authoring import notebooks
from pypatterns.course.authoring.build import build
from pypatterns.course.authoring.shape import lint
from pypatterns.course.catalog import Course

SOLUTION = "solutions/01_doubling.ipynb"
STARTER = "exercises/01_doubling.ipynb"
CHECKS = "tests/exercises/01_doubling/twice/test_twice.py"
DRIVERS = "tests/exercises/01_doubling/twice/drive.py"


def test_a_course_in_shape_has_no_complaint(small_course: Course) -> None:
    """The fixture is whole, so every complaint below comes from what its test spoils."""
    assert lint(small_course) == ()


@pytest.mark.parametrize(
    ("old", "new", "expected", "got"),
    [
        pytest.param("(2 min)", "(3 min)", "'(2 min)' in the heading", "3 min", id="minutes"),
        pytest.param("(2 min)", "", "'(2 min)' in the heading", "no minutes", id="no-minutes"),
        pytest.param("Twice as much", "Double", "the title", "'1. Double (2 min)'", id="title"),
        pytest.param(
            "The shop doubles every order in the last week before the holidays.",
            "",
            "a situation",
            "nothing",
            id="situation",
        ),
        pytest.param("**Signature**", "", "**Signature** with a", "none", id="no-signature"),
        pytest.param(
            "def twice(number: int) -> int: ...",
            "def twice(number: int, /) -> int: ...",
            "signature.pyi: def twice(number: int) -> int",
            "def twice(number: int, /) -> int",
            id="other-parameters",
        ),
        pytest.param(
            "-> int: ...",
            "-> int: ...\ndef thrice(): ...",
            "signature.pyi: no thrice",
            "def thrice()",
            id="one-function-more",
        ),
        pytest.param("-> int: ...", "-> int", "Python in the", "line 1", id="signature-unparsable"),
        pytest.param("**Example**", "", "**Example** with a", "none", id="no-example"),
        pytest.param(
            "**What must hold**", "", "**What must hold** with a list", "none", id="no-list"
        ),
        pytest.param(
            "Twice a large number is right",
            "Large numbers work",
            "only checks' docstrings",
            "'Large numbers work.'",
            id="other-behaviour",
        ),
        pytest.param(
            "- Twice a large number is right.\n",
            "",
            "'Twice a large number is right.' under",
            "no such item",
            id="missing-behaviour",
        ),
        pytest.param(
            "- Twice a small number\n  is right.\n- Twice a large number is right.",
            "- Twice a large number is right.\n- Twice a small number is right.",
            "in the order of the checks",
            "another order",
            id="order",
        ),
        pytest.param("**Out of scope:** what is no number.", "", "**Out of", "none", id="scope"),
        pytest.param(
            "<details><summary>A nudge</summary>Add.</details>",
            "",
            "at least 2 hints",
            "1 opened and 1 closed",
            id="one-hint",
        ),
        pytest.param("Add.</details>", "Add.", "2 hints", "2 opened and 1 closed", id="unclosed"),
    ],
)
def test_a_prompt_has_all_its_parts(
    small_course: Course, edit_solution, *, old: str, new: str, expected: str, got: str
) -> None:
    """What the prompt lacks, or says otherwise than course.toml, stub and checks, is told with its cell."""
    edit_solution(small_course, "twice-prompt", old, new)
    build(small_course, execute=False)

    complaints = lint(small_course)

    assert {complaint.file for complaint in complaints} == {f"{SOLUTION}, cell 3"}
    assert any(expected in each.expected and got in each.got for each in complaints), complaints


@pytest.mark.parametrize(
    ("old", "new", "line", "expected", "got"),
    [
        pytest.param(
            ', f"twice(2) gave {got!r}; expected 4"',
            "",
            7,
            "a message on the assert",
            "none",
            id="silent-assert",
        ),
        pytest.param(
            "def test_",
            "from time import monotonic\n\n\ndef test_",
            4,
            "no clock in a check",
            "an import of time",
            id="clock",
        ),
        pytest.param('"ask"', '"aks"', 13, "a driver among ask", "'aks'", id="unknown-driver"),
        pytest.param(
            "number=number", "size=number", 13, "only inputs that ask takes", "size", id="input"
        ),
        pytest.param(
            ", number=number", "", 13, "every input that ask needs", "no number", id="no-input"
        ),
    ],
)
def test_checks_say_why_and_call_drivers_that_fit(
    small_course: Course, *, old: str, new: str, line: int, expected: str, got: str
) -> None:
    """A slip in the checks is found before anything runs, with its line."""
    path = small_course.exercise("twice").test_file
    path.write_text(path.read_text().replace(old, new))

    complaints = lint(small_course)

    assert (f"{CHECKS}, line {line}", expected, got) in [
        (each.file, each.expected, each.got) for each in complaints
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected", "got"),
    [
        pytest.param("{number}", "{size}", "only inputs of ask as fields", "{size}", id="field"),
        pytest.param("{number}", "{", "the checks and their drivers", "formatted", id="brace"),
        pytest.param(
            '"""Twice {number} is asked for. Then it ends."""',
            "",
            "a docstring in ask",
            "none",
            id="no-docstring",
        ),
    ],
)
def test_drivers_say_what_they_do(
    small_course: Course, old: str, new: str, expected: str, got: str
) -> None:
    """A driver's first sentence is what learners read as "called"."""
    path = small_course.exercise("twice").driver_file
    path.write_text(path.read_text().replace(old, new))

    (complaint,) = lint(small_course)

    assert complaint.file.startswith(DRIVERS)
    assert expected in complaint.expected and got in complaint.got


def test_a_check_without_docstring_is_told(small_course: Course) -> None:
    """Learners would read a function's name instead of a behaviour."""
    path = small_course.exercise("twice").test_file
    path.write_text(path.read_text().replace('"""Twice a large number is right."""', ""))

    expected = [complaint.expected for complaint in lint(small_course)]

    assert "a docstring in test_large" in expected


@pytest.mark.parametrize("name", ["test_file", "driver_file", "signature_file"])
def test_a_missing_file_of_an_exercise_is_told(small_course: Course, name: str) -> None:
    """Each exercise of course.toml has its files."""
    path = getattr(small_course.exercise("twice"), name)
    path.unlink()

    told = [complaint.got for complaint in lint(small_course)]

    assert f"there is no {path.name}" in told


def test_missing_notebooks_are_told(small_course: Course) -> None:
    """A lesson with exercises has its solutions and its starters."""
    lesson = small_course.lessons[0]
    lesson.starter.unlink()
    without_starter = [(each.file, each.got) for each in lint(small_course)]
    lesson.solution.unlink()
    without_both = [(each.file, each.got) for each in lint(small_course)]

    assert without_starter == [(STARTER, "no such file")]
    assert (SOLUTION, "no such file") in without_both


def test_what_course_toml_does_not_know_is_told(small_course: Course) -> None:
    """A folder or notebook that belongs to nothing is a slip or left over."""
    checks = small_course.root / "tests" / "exercises"
    (checks / "01_doubling" / "thrice").mkdir()
    (checks / "09_elsewhere").mkdir()
    (checks / "01_doubling" / "__pycache__").mkdir()
    shutil.copy(small_course.root / SOLUTION, small_course.root / "solutions" / "02_more.ipynb")

    (small_course.root / "exercises" / "box").mkdir()
    (small_course.root / "solutions" / "01_doubling" / "box").mkdir(parents=True)

    complaints = lint(small_course)

    assert {complaint.expected for complaint in complaints} == {"an entry in course.toml"}
    assert [complaint.file for complaint in complaints] == [
        "tests/exercises/01_doubling/thrice",
        "tests/exercises/09_elsewhere",
        "exercises/box",
        "solutions/01_doubling/box",
        "solutions/02_more.ipynb",
    ]


def test_a_starter_that_was_edited_is_told(small_course: Course) -> None:
    """Starters are only ever derived."""
    path = small_course.root / STARTER
    path.write_text(path.read_text().replace("Twice the number.", "Double it."))

    (complaint,) = lint(small_course)

    assert str(complaint) == (
        f"{STARTER}: expected the starter that the solution gives; got another one. "
        "Run 'pypatterns build' and commit what it writes."
    )


def test_a_solution_that_was_not_run_as_it_stands_is_told(small_course: Course) -> None:
    """Committed outputs are those of one run from top to bottom."""
    path = small_course.lessons[0].solution
    notebook = notebooks.read(path)
    notebook.cells[1].execution_count = 7
    notebooks.write(notebook, path)

    (complaint,) = lint(small_course)

    assert complaint.file == SOLUTION and complaint.got == "execution counts [7, 2]"


def test_a_tag_that_nbval_does_not_read_is_told(small_course: Course) -> None:
    """Its comment is in capitals, its tag is not: the cell's output would be compared after all."""
    path = small_course.lessons[0].solution
    notebook = notebooks.read(path)
    notebook.cells[3].metadata["tags"] = ["NBVAL_IGNORE_OUTPUT"]
    notebooks.write(notebook, path)

    told = [(complaint.file, complaint.expected) for complaint in lint(small_course)]

    assert (f"{SOLUTION}, cell 4", "the tag 'nbval-ignore-output'") in told


def test_a_path_of_a_machine_in_an_output_is_told(small_course: Course) -> None:
    """What the build cannot make relative, an author must not show."""
    path = small_course.lessons[0].solution
    notebook = notebooks.read(path)
    notebook.cells[3].outputs = [
        new_output("stream", text="see https://example.org/home/ada and src/tmp/x"),
        new_output("stream", text="in /home/ada/prices.csv", name="stderr"),
    ]
    notebooks.write(notebook, path)

    (complaint,) = lint(small_course)

    assert (complaint.file, complaint.got) == (f"{SOLUTION}, cell 4", "/home/ada/prices.csv")


@pytest.mark.parametrize(
    ("cell", "old", "new", "expected", "got"),
    [
        pytest.param("title", "# D", "## D", "exactly one H1", "0", id="no-title"),
        pytest.param("twice-prompt", "## 1", "# 1", "exactly one H1", "2", id="two-titles"),
        pytest.param(
            "twice-prompt", "## 1", "### 1", "a heading of level 2 or less", "### 1.", id="skipped"
        ),
        pytest.param("load", "%load_ext", "# %load_ext", "'%load_ext pypatterns'", "#", id="load"),
    ],
)
def test_a_notebook_begins_and_is_parted_as_all_are(
    small_course: Course, edit_solution, *, cell: str, old: str, new: str, expected: str, got: str
) -> None:
    """One title, no skipped level, and the extension first, so that a cell shows its verdict."""
    edit_solution(small_course, cell, old, new)
    build(small_course, execute=False)

    complaints = lint(small_course)

    assert {complaint.file for complaint in complaints} == {SOLUTION, STARTER}
    assert sum(expected in each.expected and got in each.got for each in complaints) == 2


def test_a_lesson_without_a_kernel_is_told(small_course: Course) -> None:
    """Without kernelspec Jupyter opens a dialog in front of every learner."""
    lesson = small_course.lessons[0]
    notebook = notebooks.read(lesson.starter)
    notebook.cells = [new_markdown_cell("# Doubling", id="title")]
    del notebook.metadata["kernelspec"]
    notebooks.write(notebook, lesson.notebook)

    got = [complaint.got for complaint in lint(small_course)]

    assert "no kernelspec, so Jupyter opens a dialog" in got


def test_a_notebook_that_cannot_be_read_is_told(small_course: Course) -> None:
    """The lint goes on with the rest."""
    small_course.lessons[0].solution.write_text("{")

    complaints = lint(small_course)

    assert any(each.file == SOLUTION and "is not a notebook" in each.got for each in complaints)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("# exercise: twice", "# twice", "one cell that starts with", id="no-marker"),
        pytest.param("twice", "twice", "the prompt in a Markdown cell", id="no-prompt"),
    ],
)
def test_an_answer_stands_below_its_prompt(
    small_course: Course, edit_solution, *, old: str, new: str, expected: str
) -> None:
    """The prompt is the cell right above the marker's."""
    path = small_course.lessons[0].solution
    edit_solution(small_course, "twice", old, new)
    notebook = notebooks.read(path)
    if old == new:
        del notebook.cells[2]
        notebooks.write(notebook, path)

    told = [complaint.expected for complaint in lint(small_course)]

    assert any(expected in each for each in told)


def test_only_what_was_asked_is_looked_at(small_course: Course) -> None:
    """With no exercise chosen there is nothing to say, and strays are for a look at the whole course."""
    (small_course.root / "tests" / "exercises" / "09_elsewhere").mkdir()

    assert lint(small_course, []) == ()
