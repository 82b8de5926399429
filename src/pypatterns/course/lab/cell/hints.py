"""The next hint, one at a time: the exercise's folded hints, taken from its prompt, each inside the one before.

>>> [hint.title for hint in hints(lesson.starter, "single_flight_cache")]
['where to look', 'what the others wait for', 'the order of the steps', 'almost the answer']

A prompt folds its hints so that nobody reads them by accident; the panel offers them where somebody is stuck.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from pypatterns.course.answers import marked
from pypatterns.course.checking.report.html import fold

FOLDED = re.compile(
    r"<details>\s*<summary>(?:\s*Hint \d+:)?(?P<title>.*?)</summary>(?P<text>.*?)</details>",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Hint:
    """One hint: what it is about, and its text in Markdown."""

    title: str
    text: str


def hints(starter: Path, exercise: str) -> tuple[Hint, ...]:
    """The hints of an exercise's prompt, the least one first; none where the prompt cannot be read."""
    try:
        cells = json.loads(starter.read_bytes())["cells"]
        found = FOLDED.finditer(_prompt(cells, exercise))
        return tuple(Hint(each["title"].strip(), each["text"].strip()) for each in found)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return ()


def as_html(found: Sequence[Hint]) -> str:
    """Folded hints: each shows the next one to open."""
    folded = ""
    for number, hint in reversed(list(enumerate(found, start=1))):
        summary = f"Hint {number} of {len(found)}: {hint.title}"
        folded = fold(summary, rendered(hint.text) + folded)
    return folded


@cache
def rendered(markdown: str) -> str:
    """Markdown as HTML; tags in it are shown, not obeyed, and a heading would stand in the notebook's outline."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - a tenth of a second, which only the first hint spends

    return str(
        MarkdownIt("commonmark", {"html": False}).disable(["heading", "lheading"]).render(markdown)
    )


def _prompt(cells: Sequence[Mapping[str, Any]], exercise: str) -> str:
    """The cell right above the answer's."""
    for above, cell in pairwise(cells):
        if marked("".join(cell["source"])) == exercise:
            return "".join(above["source"])
    return ""
