"""What every notebook of the course has in common: one H1, readable levels, a kernel, nothing of a machine in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from nbformat import NotebookNode

from pypatterns.course.authoring import markdown
from pypatterns.course.authoring.findings import Finding

LOAD = "%load_ext pypatterns"
ABSOLUTE = re.compile(
    r"(?<![\w.:/~>-])/(?:home|Users|root|tmp|usr|opt|var|private|mnt|srv)/[\w.@/-]+"
    r"|(?<!\w)~/[\w.@-]+/"
    r"|\b[A-Za-z]:\\\\?(?:Users|Windows|Program Files)\b"
)
BUILD = "Run 'pypatterns build'."


def findings(notebook: NotebookNode, *, answers: bool, executed: bool) -> Iterator[Finding]:
    """What is out of shape in a notebook.

    `answers`: it holds answers, so it loads the extension first. `executed`: its outputs are committed.
    """
    yield from _headings(notebook)
    kernel = notebook.metadata.get("kernelspec", {}).get("name")
    if kernel != "python3":
        got = kernel or "no kernelspec, so Jupyter opens a dialog"
        yield Finding("the kernel 'python3' in the metadata", got, BUILD)
    yield from _tags(notebook)
    if answers:
        first = next((cell.source for cell in notebook.cells if cell.cell_type == "code"), "")
        if first.strip() != LOAD:
            expected = f"{LOAD!r} alone in the first code cell"
            yield Finding(expected, repr(first), "Put it there: it shows the verdicts.")
    if executed:
        yield from _outputs(notebook)


def absolute_paths(notebook: NotebookNode) -> Iterator[tuple[int, str]]:
    """Each path of a machine that stands in an output, with its cell's number."""
    for number, cell in enumerate(notebook.cells, start=1):
        for text in _texts(cell.get("outputs", [])):
            for match in ABSOLUTE.finditer(text):
                yield number, match[0]


def _headings(notebook: NotebookNode) -> Iterator[Finding]:
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    found = [heading for source in cells for heading in markdown.headings(source)]
    if (count := sum(level == 1 for level, _ in found)) != 1:
        yield Finding("exactly one H1", str(count), "Use '# ' for the notebook's title alone.")
    above = 0
    for level, text in found:
        if level > above + 1:
            expected = f"a heading of level {above + 1} or less"
            yield Finding(expected, f"{'#' * level} {text}", "Skip no level.")
        above = level


def _tags(notebook: NotebookNode) -> Iterator[Finding]:
    """nbval reads its tags in lower case with hyphens, and passes over any other in silence."""
    for number, cell in enumerate(notebook.cells, start=1):
        for tag in cell.metadata.get("tags", []):
            spelled = tag.lower().replace("_", "-")
            if spelled.startswith("nbval") and tag != spelled:
                yield Finding(f"the tag {spelled!r}", repr(tag), "Rename it.", f"cell {number}")


def _outputs(notebook: NotebookNode) -> Iterator[Finding]:
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    counts = [cell.execution_count for cell in code]
    if counts != list(range(1, len(code) + 1)):
        got = f"execution counts {counts}"
        yield Finding("the outputs of one run from top to bottom", got, BUILD)
    for number, path in absolute_paths(notebook):
        mend = "Show the file's name, not where it lies."
        yield Finding("no path of a machine in an output", path, mend, f"cell {number}")


def _texts(value: Any) -> Iterator[str]:
    """All strings in an output, pictures aside."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        for key, each in value.items():
            if not key.startswith("image/"):
                yield from _texts(each)
