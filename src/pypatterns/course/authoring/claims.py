"""What the folklore says and what is true of it: collected from the lessons, where each claim is measured.

A claim of a lesson (course.toml names them: S1, S2, …) has a Markdown cell tagged with its number, which tells both sides,
and a code cell with the same tag, whose assert holds it:

    > **Folklore:** `+=` on a shared counter loses updates.
    >
    > **True:** Not where nothing runs between the read and the write. …

>>> document(load())                                          # docs/claims.md
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from pypatterns.course import syntax
from pypatterns.course.authoring import markdown, notebooks
from pypatterns.course.authoring.findings import Finding
from pypatterns.course.catalog import Course, Lesson

FILE = "docs/claims.md"
NUMBER = re.compile(r"S\d+")
SIDE = re.compile(r"\*\*(?P<side>Folklore|True):\*\*\s*(?P<words>.+?)(?=\n\s*\n|\n>\s*\n|\Z)", re.DOTALL)  # fmt: skip
HEAD = """# What is said, and what is true

Each line is proven in its lesson, by a cell that measures it on your machine and asserts what the lesson says. Made by
`pypatterns build` from the lessons; edit them.
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim as a lesson tells it; `section` is the heading under which it stands."""

    number: str
    folklore: str
    truth: str
    section: str


def document(course: Course) -> str:
    """The text of docs/claims.md, lesson by lesson; "" where no lesson makes a claim."""
    parts = [
        _section(lesson, claims(notebooks.read(lesson.notebook)))
        for lesson in course.lessons
        if lesson.claims and lesson.notebook.is_file()
    ]
    return "\n".join([HEAD, *parts]) if parts else ""


def claims(notebook: NotebookNode) -> tuple[Claim, ...]:
    """The claims that a lesson tells, in the order of their numbers."""
    found: dict[str, Claim] = {}
    section = ""
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            continue
        section = next((text for _, text in reversed([*markdown.headings(cell.source)])), section)
        sides = _sides(cell.source)
        if len(sides) == 2:
            for number in _numbers(cell):
                found.setdefault(number, Claim(number, sides["Folklore"], sides["True"], section))
    return tuple(found[number] for number in sorted(found, key=_place))


def findings(notebook: NotebookNode, expected: Sequence[str]) -> Iterator[Finding]:
    """Which claims of a lesson are not told or not proven, and which tags course.toml does not know."""
    told = {claim.number for claim in claims(notebook)}
    proven = {
        number
        for cell in notebook.cells
        if cell.cell_type == "code" and _asserts(cell.source)
        for number in _numbers(cell)
    }
    for number in expected:
        if number not in told:
            mend = "Tell both sides in a Markdown cell with that tag: '**Folklore:** …' and '**True:** …'."
            yield Finding(f"claim {number} told", "no such cell", mend)
        if number not in proven:
            mend = "Measure it in a code cell with that tag, and assert what the prose says."
            yield Finding(f"claim {number} proven by an assert", "no such cell", mend)
    tagged = {number for cell in notebook.cells for number in _numbers(cell)}
    for number in sorted(tagged - set(expected), key=_place):
        mend = "Enter it in the lesson's claims in course.toml, or take the tag away."
        yield Finding(f"only claims of this lesson ({', '.join(expected)})", number, mend)


def _section(lesson: Lesson, told: Sequence[Claim]) -> str:
    lines = [f"## {lesson.title}", ""]
    for claim in told:
        where = f"[{lesson.stem}](../notebooks/{lesson.notebook.name}), “{claim.section}”"
        lines += [f"**{claim.number}.** *{claim.folklore}*", "", f"{claim.truth} Measured in {where}.", ""]  # fmt: skip
    return "\n".join(lines)


def _sides(source: str) -> dict[str, str]:
    plain = re.sub(r"^> ?", "", source, flags=re.MULTILINE)
    return {match["side"]: " ".join(match["words"].split()) for match in SIDE.finditer(plain)}


def _numbers(cell: NotebookNode) -> list[str]:
    return [tag for tag in notebooks.tags(cell) if NUMBER.fullmatch(tag)]


def _place(number: str) -> int:
    return int(number[1:])


def _asserts(source: str) -> bool:
    tree = syntax.parsed(source)
    return tree is not None and any(isinstance(node, ast.Assert) for node in ast.walk(tree))
