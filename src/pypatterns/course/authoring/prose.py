"""Plain English, as far as a machine can look: sentences that withhold their subject, and actors without a name.

Read are lessons, questions, prompts, the checks' behaviours and messages, the beliefs and feedback of known wrong answers,
and the documents. CONTRIBUTING.md says what to write instead.

>>> [found.sentence for found in openings("notebooks/01.ipynb", "What fails is told. The call reports the failure.")]
['What fails is told.']
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pypatterns.course.authoring import markdown, notebooks
from pypatterns.course.catalog import Course

DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/*.md", "src/**/README.md")
NOTEBOOKS = ("notebooks/*.ipynb", "solutions/*.ipynb")  # exercises/ is derived from solutions/
CHECKS = ("tests/exercises/*/*/test_*.py", "tests/exercises/*/*/wrong_*.py")
QUESTIONS = "notebooks/*.questions.toml"

_SENTENCE = re.compile(r"(?<=[.!?])[\"'”*)]*\s+(?=[\"'“*(`]*[A-Z`])")
_OPENING = re.compile(
    r"^[\"'“*(_>-]*\s*(?:what|who|whoever|whatever|whose|which|whichever)\b(?!')", re.IGNORECASE
)
_ACTOR = re.compile(r"\b(?:nobody|somebody|everybody)\b", re.IGNORECASE)
_CODE = re.compile(r"`[^`]*`|\$[^$]*\$|<[^>]+>")
_LABEL = re.compile(r"^\*\*[^*]+\*\*:?\s*")  # "**What you should know:** …" names what follows
_WORD = re.compile(r"[A-Za-z][A-Za-z'\u2019-]*")


@dataclass(frozen=True, slots=True)
class Opening:
    """A sentence that opens with a what- or who-clause instead of its subject."""

    file: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Prose:
    """What was found in one file: such sentences, the number of nobodies, and how many words there are."""

    file: str
    openings: tuple[Opening, ...]
    actors: int
    words: int

    @property
    def actors_per_thousand(self) -> float:
        """Nobody, somebody and everybody per 1,000 words."""
        return 1000 * self.actors / self.words if self.words else 0.0


def survey(course: Course) -> tuple[Prose, ...]:
    """Every file of the course that people read, with what was found in it; the files in alphabetical order."""
    return tuple(
        prose(path.relative_to(course.root).as_posix(), text) for path, text in _texts(course.root)
    )


def prose(file: str, text: str) -> Prose:
    """What was found in a text of Markdown."""
    said = "\n\n".join(_paragraphs(text))
    return Prose(
        file, tuple(openings(file, text)), len(_ACTOR.findall(said)), len(_WORD.findall(said))
    )


def openings(file: str, text: str) -> Iterator[Opening]:
    """The sentences of a text of Markdown that open with a what- or who-clause. A question may."""
    for paragraph in _paragraphs(text):
        for sentence in _SENTENCE.split(paragraph):
            if _OPENING.match(sentence) and sentence.rstrip("\"'”*)_ ").endswith((".", "!", ":")):
                yield Opening(file, sentence)


def _paragraphs(text: str) -> Iterator[str]:
    """Each paragraph and each item of a list on one line, without code, headings and labels."""
    lines: list[str] = []
    for line, kind in markdown.lines_of(text):
        starts = markdown.ITEM.match(line) or line.lstrip().startswith("|")
        if kind != "text" or not line.strip() or markdown.HEADING.match(line) or starts:
            yield from _joined(lines)
            lines = []
        if kind == "text" and not markdown.HEADING.match(line):
            lines.append(starts["text"] if isinstance(starts, re.Match) else line)
    yield from _joined(lines)


def _joined(lines: list[str]) -> Iterator[str]:
    paragraph = _LABEL.sub("", _CODE.sub("code", " ".join(" ".join(lines).split())))
    if paragraph:
        yield paragraph


def _texts(root: Path) -> Iterator[tuple[Path, str]]:
    readers = (
        *((pattern, _document) for pattern in DOCUMENTS),
        *((pattern, _notebook) for pattern in NOTEBOOKS),
        *((pattern, _python) for pattern in CHECKS),
        (QUESTIONS, _questions),
    )
    for pattern, read in readers:
        for path in sorted(root.glob(pattern)):
            yield path, read(path)


def _document(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _notebook(path: Path) -> str:
    cells = notebooks.read(path).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def _questions(path: Path) -> str:
    return "\n\n".join(_strings(tomllib.loads(path.read_text(encoding="utf-8"))))


def _strings(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for value in data.values():
            yield from _strings(value)
    elif isinstance(data, list):
        for value in data:
            yield from _strings(value)


def _python(path: Path) -> str:
    """The docstrings of checks and known answers, and the messages of asserts."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    said = [
        ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, documented)
    ]
    messages = [node.msg for node in ast.walk(tree) if isinstance(node, ast.Assert) and node.msg]
    return "\n\n".join([*said, *(_literal(message) for message in messages)])


def _literal(message: ast.expr) -> str:
    """The words of a message; what it fills in is code."""
    match message:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_literal(part) for part in parts)
        case _:
            return "`code`"
