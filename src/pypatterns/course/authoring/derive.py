"""The starter is made from the solution, so that the two can never disagree about the question.

Cells tagged `solution` go; in an answer's cell the markers say what goes and what comes instead:

    ### BEGIN SOLUTION          becomes `raise NotImplementedError`, indented as the marker
    ### END SOLUTION
    ### BEGIN STARTER           optional, right below: commented-out broken code that a learner repairs;
    ### END STARTER             it takes the place of `raise NotImplementedError`

Where an answer is a folder, its files hold the markers and the cell only names it; in a file that is not Python a solution without
a starter just goes.

>>> starter = derive(notebooks.read(lesson.solution), lesson.solution.name)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from itertools import pairwise

from nbformat import NotebookNode

from pypatterns.course.answers import marked
from pypatterns.course.authoring.notebooks import tags
from pypatterns.course.errors import BrokenCourse

SOLUTION, STARTER = "SOLUTION", "STARTER"
TAG = "solution"
NEARLY = re.compile(r"#+\s*(?P<edge>BEGIN|END)\s+(?P<kind>SOLUTION|STARTER)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Block:
    """The lines between two markers, both included: indices `first` and `last`, indented by `indent`."""

    kind: str
    first: int
    last: int
    indent: str


def derive(solution: NotebookNode, name: str, folders: Collection[str] = ()) -> NotebookNode:
    """The starter of a solution notebook, with the same cell ids and no outputs; `folders` names exercises of that form.

    Raises `BrokenCourse` with the notebook's `name`, the cell and the line of whatever is wrong.
    """
    starter = deepcopy(solution)
    starter.cells = []
    for number, cell in enumerate(deepcopy(solution.cells), start=1):
        where = f"{name}, cell {number}"
        is_answer = cell.cell_type == "code" and marked(cell.source) is not None
        if TAG in tags(cell) or not is_answer:
            _refuse_markers(cell.source, where)
        if TAG in tags(cell):
            continue
        if is_answer and marked(cell.source) not in folders:
            cell.source = starter_source(cell.source, where)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        starter.cells.append(cell)
    return starter


def starter_files(files: Mapping[str, str], where: str) -> dict[str, str]:
    """The starter of an answer of several files. Raises `BrokenCourse` with the file and the line."""
    if not any(NEARLY.search(text) for text in files.values()):
        raise BrokenCourse(f"{where}: no file has '### BEGIN SOLUTION', so the starter would be it")
    return {name: _starter_file(text, f"{where}/{name}") for name, text in files.items()}


def _starter_file(text: str, where: str) -> str:
    if not NEARLY.search(text):
        return text
    is_python = where.endswith(".py")
    if is_python:
        _must_parse(text, where, "this file")
    starter = _without_solutions(text, where, "raise NotImplementedError" if is_python else "")
    if is_python:
        _must_parse(starter, where, "the starter that is made from this file")
    return f"{starter.strip()}\n" if starter.strip() else ""


def starter_source(source: str, where: str) -> str:
    """An answer's source with its solution taken out. Raises `BrokenCourse`; `where` says in which cell."""
    if not any(block.kind == SOLUTION for block in blocks(source.splitlines(), where)):
        raise _at(where, 1, "this answer has no '### BEGIN SOLUTION', so the starter would hold it")
    result = _without_solutions(source, where, "raise NotImplementedError")
    _must_parse(source, where, "this cell")
    _must_parse(result, where, "the starter that is made from this cell")
    return result


def _without_solutions(source: str, where: str, unwritten: str) -> str:
    """The text with each solution's starter in its place, or what stands for one that is not written yet."""
    lines = source.splitlines()
    out: list[str] = []
    after = 0
    for first, last, instead in _replacements(lines, blocks(lines, where), where, unwritten):
        out += [*lines[after:first], *instead]
        after = last + 1
    return "\n".join(out + lines[after:])


def blocks(lines: list[str], where: str) -> list[Block]:
    """The marked blocks, in order. Raises `BrokenCourse` for a marker that opens, closes or reads wrongly."""
    found: list[Block] = []
    opened: Block | None = None
    for index, line in enumerate(lines):
        match = NEARLY.search(line)
        if not match:
            continue
        edge, kind = match["edge"].upper(), match["kind"].upper()
        marker = f"### {edge} {kind}"
        if line.strip() != marker:
            raise _at(where, index + 1, f"write the marker as '{marker}', alone on its line")
        if edge == "BEGIN" and opened:
            raise _at(
                where, index + 1, f"'{marker}' stands inside the block of line {opened.first + 1}"
            )
        if edge == "BEGIN":
            opened = Block(kind, index, index, line[: len(line) - len(line.lstrip())])
        elif opened is None or opened.kind != kind:
            raise _at(where, index + 1, f"'{marker}' closes nothing; '### BEGIN {kind}' is missing")
        else:
            found.append(Block(kind, opened.first, index, opened.indent))
            opened = None
    if opened:
        missing = f"'### BEGIN {opened.kind}' is never closed; '### END {opened.kind}' is missing"
        raise _at(where, opened.first + 1, missing)
    return found


def _replacements(
    lines: list[str], found: list[Block], where: str, unwritten: str
) -> Iterator[tuple[int, int, list[str]]]:
    """For each solution: the first and last line that go, and what comes instead."""
    paired = list(pairwise([None, *found, None]))
    for before, block in paired:
        if block and block.kind == STARTER and not _adjacent(lines, before, block):
            text = "'### BEGIN STARTER' must stand right below '### END SOLUTION'"
            raise _at(where, block.first + 1, text)
    for block, below in paired:
        if block and block.kind == SOLUTION:
            broken = below if below and below.kind == STARTER else None
            instead = [f"{block.indent}{unwritten}"] if unwritten else []
            if broken:
                instead = [_uncommented(lines[i], broken, i, where) for i in _inside(broken)]
            yield block.first, (broken or block).last, instead


def _adjacent(lines: list[str], before: Block | None, block: Block) -> bool:
    if before is None or before.kind != SOLUTION:
        return False
    return not any(line.strip() for line in lines[before.last + 1 : block.first])


def _inside(block: Block) -> range:
    return range(block.first + 1, block.last)


def _uncommented(line: str, block: Block, index: int, where: str) -> str:
    """Take the `# ` away that editors put at the block's indentation; what follows keeps its own."""
    if not line.strip():
        return ""
    if not line.startswith(f"{block.indent}#"):
        raise _at(
            where,
            index + 1,
            "every line of a starter block is commented out, level with its marker",
        )
    code = line.removeprefix(f"{block.indent}#").removeprefix(" ").rstrip()
    return f"{block.indent}{code}" if code else ""


def _refuse_markers(source: str, where: str) -> None:
    for number, line in enumerate(source.splitlines(), start=1):
        if NEARLY.search(line):
            raise _at(
                where,
                number,
                f"'{line.strip()}' counts only in a cell that starts with '# exercise: NAME'",
            )


def _must_parse(source: str, where: str, what: str) -> None:
    try:
        ast.parse(source)
    except SyntaxError as error:
        raise _at(where, error.lineno or 1, f"{what} is not Python: {error.msg}") from None


def _at(where: str, line: int, text: str) -> BrokenCourse:
    return BrokenCourse(f"{where}, line {line}: {text}")
