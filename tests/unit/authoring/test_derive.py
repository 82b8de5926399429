"""What becomes of a solution when the starter is made from it."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from pypatterns.course.authoring.derive import derive, starter_files, starter_source
from pypatterns.course.errors import BrokenCourse

HEAD = "# exercise: twice\n"
MINIMAL = f"{HEAD}### BEGIN SOLUTION\ntwice = 2\n### END SOLUTION"


def test_a_solution_block_becomes_not_implemented_at_its_indentation() -> None:
    """What learners write is replaced by `raise NotImplementedError`, as deep as the marker stands."""
    source = f"""{HEAD}class Cache:
    def get(self, key):
        ### BEGIN SOLUTION
        with self.lock:
            return self.values[key]
        ### END SOLUTION

    def size(self):
        return 1"""

    starter = starter_source(source, "x")

    assert (
        starter
        == f"""{HEAD}class Cache:
    def get(self, key):
        raise NotImplementedError

    def size(self):
        return 1"""
    )


def test_a_block_at_module_level_is_replaced_too() -> None:
    """A whole answer may be the solution."""
    starter = starter_source(MINIMAL, "x")

    assert starter == f"{HEAD}raise NotImplementedError"


def test_every_block_of_an_answer_is_replaced() -> None:
    """An answer may leave several places open."""
    block = "    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION"
    source = f"{HEAD}def one():\n{block}\n\n\ndef two():\n{block}"

    starter = starter_source(source, "x")

    body = "    raise NotImplementedError"
    assert starter == f"{HEAD}def one():\n{body}\n\n\ndef two():\n{body}"


def test_a_starter_block_takes_the_place_of_the_solution() -> None:
    """Where learners repair code, the commented-out broken code comes, with its own indentation and comments."""
    source = f"""{HEAD}def get(key):
    ### BEGIN SOLUTION
    return lock.held(key)
    ### END SOLUTION

    ### BEGIN STARTER
    # if key in cache:
    #     return cache[key]  # is that all?
    #
    # # nothing there
    # return None
    ### END STARTER"""

    starter = starter_source(source, "x")

    assert (
        starter
        == f"""{HEAD}def get(key):
    if key in cache:
        return cache[key]  # is that all?

    # nothing there
    return None"""
    )


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        pytest.param("### BEGIN SOLUTION\nx = 1", 2, "never closed", id="unclosed"),
        pytest.param("x = 1\n### END SOLUTION", 3, "closes nothing", id="unopened"),
        pytest.param(
            "### BEGIN SOLUTION\n### BEGIN SOLUTION\n", 3, "inside the block of line 2", id="nested"
        ),
        pytest.param(
            "### BEGIN SOLUTION\nx = 1\n### END STARTER",
            4,
            "'### END STARTER' closes",
            id="crossed",
        ),
        pytest.param("# BEGIN SOLUTION\nx = 1", 2, "write the marker as", id="two-marks-short"),
        pytest.param("x = 1  ### BEGIN SOLUTION", 2, "alone on its line", id="behind-code"),
        pytest.param("x = 1", 1, "has no '### BEGIN SOLUTION'", id="no-block"),
        pytest.param(
            "### BEGIN STARTER\n# x\n### END STARTER\n### BEGIN SOLUTION\ny = 1\n### END SOLUTION",
            2,
            "right below '### END SOLUTION'",
            id="starter-above",
        ),
        pytest.param(
            "### BEGIN SOLUTION\ny = 1\n### END SOLUTION\n### BEGIN STARTER\nx\n### END STARTER",
            6,
            "commented out",
            id="starter-not-commented-out",
        ),
        pytest.param(
            "if x:\n    ### BEGIN SOLUTION\n    y = 1\n  ### END SOLUTION\n  z = 2",
            6,
            "not Python",
            id="broken-solution",
        ),
        pytest.param(
            "### BEGIN SOLUTION\ny = 1\n### END SOLUTION\n### BEGIN STARTER\n# x =\n### END STARTER",
            2,
            "the starter that is made from this cell is not Python",
            id="broken-starter",
        ),
    ],
)
def test_a_wrong_marker_is_refused_with_its_place(source: str, line: int, words: str) -> None:
    """Whoever writes a marker wrongly reads the notebook, the cell, the line and what is wrong."""
    with pytest.raises(BrokenCourse) as caught:
        starter_source(HEAD + source, "solutions/01.ipynb, cell 3")

    assert str(caught.value).startswith(f"solutions/01.ipynb, cell 3, line {line}: ")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param(new_markdown_cell("### BEGIN SOLUTION"), id="markdown"),
        pytest.param(new_code_cell("### BEGIN SOLUTION"), id="no-answer"),
        pytest.param(
            new_code_cell(MINIMAL, metadata={"tags": ["solution"]}), id="cell-that-is-dropped"
        ),
    ],
)
def test_a_marker_outside_of_an_answer_is_refused(cell) -> None:
    """A marker that could do nothing is a mistake, not decoration."""
    notebook = new_notebook(cells=[cell])

    with pytest.raises(BrokenCourse, match=r"s\.ipynb, cell 1, line .* counts only in a cell"):
        derive(notebook, "s.ipynb")


def test_the_notebook_keeps_its_cells_but_no_solution_and_no_output() -> None:
    """Tagged cells go, outputs and counts are cleared, ids stay, and the solution itself is untouched."""
    shown = [new_output("stream", text="PASS")]
    notebook = new_notebook(
        cells=[
            new_markdown_cell("# Title", id="title"),
            new_code_cell(MINIMAL, id="answer", execution_count=2, outputs=shown),
            new_code_cell("compare()", id="ladder", metadata={"tags": ["solution"]}),
        ]
    )

    starter = derive(notebook, "s.ipynb")

    assert [cell.id for cell in starter.cells] == ["title", "answer"]
    assert starter.cells[1].outputs == [] and starter.cells[1].execution_count is None
    assert len(notebook.cells) == 3 and "twice = 2" in notebook.cells[1].source


def test_of_several_files_each_gives_its_part_of_the_starter() -> None:
    """Python gets what is not written yet, other files lose the solution, and a file without markers stays as it is."""
    files = {
        "tea.py": "def price():\n    ### BEGIN SOLUTION\n    return 4\n    ### END SOLUTION\n",
        "shop.toml": "[shop]\n### BEGIN SOLUTION\nopen = true\n### END SOLUTION\n",
        "salt.py": "### BEGIN SOLUTION\nX = 1\n### END SOLUTION\n### BEGIN STARTER\n# X = 2\n### END STARTER\n",
        "given.py": "def given(): return 1",
    }

    assert starter_files(files, "solutions/box") == {
        "tea.py": "def price():\n    raise NotImplementedError\n",
        "shop.toml": "[shop]\n",
        "salt.py": "X = 2\n",
        "given.py": "def given(): return 1",
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = 1\n", "solutions/box: no file has '### BEGIN SOLUTION'"),
        ("### BEGIN SOLUTION\nx = 1\n", "solutions/box/a.py, line 1: .* is never closed"),
        ("### BEGIN SOLUTION\nx =\n### END SOLUTION\n", "a.py, line 2: this file is not Python"),
    ],
    ids=["no markers", "a wrong marker", "no Python"],
)
def test_files_that_give_no_starter_are_refused(text: str, words: str) -> None:
    """With the file and the line."""
    with pytest.raises(BrokenCourse, match=words):
        starter_files({"a.py": text}, "solutions/box")


def test_the_cell_of_a_folder_stays_as_it_is() -> None:
    """It only names the folder, so there is nothing to take out."""
    cell = new_code_cell('# exercise: box\nfolder = "box"', id="box")

    starter = derive(new_notebook(cells=[cell]), "s.ipynb", ["box"])

    assert starter.cells[0].source == cell.source
