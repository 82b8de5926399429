"""Claims: told with both sides, proven by an assert, collected in one table."""

from __future__ import annotations

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from pypatterns.course import catalog
from pypatterns.course.authoring import claims, notebooks
from pypatterns.course.authoring.build import build
from pypatterns.course.authoring.shape import lint
from pypatterns.course.catalog import Course

TOLD = """### Where updates are lost

> **Folklore:** `+=` on a shared counter
> loses updates.
>
> **True:** Not where nothing runs between the read and the write.

More prose, which is nobody's claim.
"""


def tagged(cell: NotebookNode, *numbers: str) -> NotebookNode:
    cell.metadata["tags"] = [*numbers]
    return cell


def lesson(*cells: NotebookNode) -> NotebookNode:
    return new_notebook(cells=[new_markdown_cell("# Threads\n\n## Races"), *cells])


def test_a_claim_has_both_sides_and_its_section() -> None:
    """Each side is a sentence or more, whatever the line breaks; the section is the nearest heading."""
    (claim,) = claims.claims(lesson(tagged(new_markdown_cell(TOLD), "S4")))

    assert claim == claims.Claim(
        "S4",
        "`+=` on a shared counter loses updates.",
        "Not where nothing runs between the read and the write.",
        "Where updates are lost",
    )


def test_claims_stand_in_the_order_of_their_numbers() -> None:
    """S10 comes after S9, wherever the lesson tells it."""
    cells = [
        tagged(new_markdown_cell(TOLD), number, "prediction") for number in ("S10", "S9", "S1")
    ]

    assert [claim.number for claim in claims.claims(lesson(*cells))] == ["S1", "S9", "S10"]


def test_a_claim_that_is_told_and_proven_is_complete() -> None:
    """One Markdown cell with both sides and one code cell with an assert."""
    notebook = lesson(
        tagged(new_markdown_cell(TOLD), "S4"), tagged(new_code_cell("assert lost == 0"), "S4")
    )

    assert list(claims.findings(notebook, ("S4",))) == []


def test_what_is_missing_of_a_claim_is_found() -> None:
    """One side only, a cell without an assert, and a number that course.toml does not give to the lesson."""
    notebook = lesson(
        tagged(new_markdown_cell("> **Folklore:** It loses updates."), "S4"),
        tagged(new_code_cell("lost"), "S4"),
        tagged(new_code_cell("assert True"), "S77"),
    )

    found = [(each.expected, each.got) for each in claims.findings(notebook, ("S4",))]

    assert found == [
        ("claim S4 told", "no such cell"),
        ("claim S4 proven by an assert", "no such cell"),
        ("only claims of this lesson (S4)", "S77"),
    ]


def test_the_build_writes_the_table_of_claims(claiming_course: Course) -> None:
    """A claim, what is true of it, and where it is measured."""
    build(claiming_course)

    text = (claiming_course.root / "docs" / "claims.md").read_text()

    assert "## Doubling\n\n**S4.** *`+=` on a shared counter loses updates.*\n" in text
    assert (
        "between the read and the write. Measured in "
        "[01_doubling](../notebooks/01_doubling.ipynb), “Where updates are lost”." in text
    )


def test_a_table_that_the_lessons_do_not_give_is_told(claiming_course: Course) -> None:
    """The table is never edited by hand."""
    build(claiming_course)
    before = lint(claiming_course)
    path = claiming_course.root / "docs" / "claims.md"
    path.write_text(path.read_text() + "One more.\n")

    (complaint,) = lint(claiming_course)

    assert before == ()
    assert complaint.file == "docs/claims.md"


@pytest.fixture
def claiming_course(small_course: Course) -> Course:
    """The small course, with a lesson that makes one claim."""
    toml = small_course.root / "course.toml"
    toml.write_text(toml.read_text().replace("minutes = 5\n", 'minutes = 5\nclaims = ["S4"]\n'))
    course = catalog.load(small_course.root)
    notebook = lesson(
        tagged(new_markdown_cell(TOLD), "S4"), tagged(new_code_cell("assert 0 == 0"), "S4")
    )
    path = course.lessons[0].notebook
    path.parent.mkdir(exist_ok=True)
    notebooks.write(notebooks.normalised(notebook), path)
    return course
