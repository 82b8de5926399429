"""A report as HTML: the same blocks as text.py, for a notebook's panel and for pages of feedback.

>>> panel(report)                   # one element that brings its style along: below a cell
>>> STYLE + body(report)            # on a page of many reports, the style once

It is made of plain elements, so it needs neither a kernel nor a script, and it can be read where a front end drops styles
and pictures. There are no ids and no headings in it: a notebook's outline is the author's. Whatever an answer wrote,
printed or raised is escaped, and a character that would do something instead of showing is written as its code.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from itertools import groupby

from pypatterns.course.checking.report.blocks import (
    CAUSE,
    PRINTED,
    STOOD,
    Behaviour,
    Behaviours,
    Block,
    Detail,
    Headline,
    OwnLines,
    Printed,
    Prose,
    Stood,
    blocks,
    quoted,
    sign,
    stood,
    visible,
)
from pypatterns.course.checking.report.deadlock_svg import picture
from pypatterns.course.checking.report.model import Cause, Report, Verdict

OUTPUT_LINES = 100  # folded away, so there may be more of them than in the text
BACKTICKS = re.compile(r"`([^`\n]+)`")
SAID = {
    Verdict.PASS: "holds",
    Verdict.FAIL: "does not hold",
    Verdict.NOT_STARTED: "not started",
    Verdict.UNCHECKED: "not checked here",
    Verdict.INFRASTRUCTURE: "not checked",
}
WRONG, UNDECIDED = "var(--jp-error-color1, #c62828)", "var(--jp-info-color1, #1565c0)"
EDGES = {
    Verdict.PASS: "var(--jp-success-color1, #2e7d32)",
    Verdict.NOT_STARTED: UNDECIDED,
    Verdict.UNCHECKED: UNDECIDED,
    Verdict.INFRASTRUCTURE: UNDECIDED,
}
SPACES = re.compile(r"/\*.*?\*/|\s*([{};:,>])\s*|(?<=\s)\s+", re.DOTALL)
NOT_HELD = "does not hold"

_CSS = files(__package__).joinpath("panel.css").read_text(encoding="utf-8")
STYLE = "<style>" + SPACES.sub(r"\1", _CSS).strip() + "</style>"


def panel(report: Report, more: str = "") -> str:
    """The report as one element; `more` is HTML to show at its end. It brings its style along where there is much to read."""
    shown = body(report, more)
    return f"{STYLE}\n{shown}" if more or report.verdict is not Verdict.PASS else shown


def body(report: Report, more: str = "") -> str:
    """The report as one element, for a page that has `STYLE` already."""
    said = [*map(_element, blocks(report)), more]
    return _box(f"Checks of {report.exercise}", EDGES.get(report.verdict, WRONG), said)


def message(words: str) -> str:
    """A sentence of ours as one element: where there is no report."""
    return _box("Checks", UNDECIDED, [prose(words)])


def prose(words: str) -> str:
    """Paragraphs; lines that are indented are code, and so is what stands in backticks."""
    lines = visible(words).strip("\n").split("\n")
    blocks = groupby(lines, key=lambda line: line.startswith(" "))
    return "".join(_block(list(block), is_code) for is_code, block in blocks)


def _block(lines: Sequence[str], is_code: bool) -> str:
    if is_code:
        return code(textwrap.dedent("\n".join(lines)))
    return "".join(f"<p>{_inline(line)}</p>" for line in lines if line)


def code(source: str) -> str:
    """A block of code or output, as it is."""
    return f'<pre dir="ltr">{escape(visible(source))}</pre>'


def fold(summary: str, inside: str) -> str:
    """Something to open by mouse or keyboard. JupyterLab's shortcuts leave its keys alone: Enter opens, and edits no cell."""
    return (
        f"<details><summary data-lm-suppress-shortcuts>{escape(visible(summary))}</summary>"
        f"{inside}</details>"
    )


def _box(label: str, edge: str, parts: Iterable[str]) -> str:
    """The edge's colour says nothing that the words do not. It stands here, not in the style: the least panel is one line."""
    look = f"border-left:4px solid {edge};padding-left:12px"
    inside = "\n".join(part for part in parts if part)
    return (
        f'<div class="pypatterns" lang="en" role="group" aria-label="{escape(visible(label))}" '
        f'style="{look}">\n{inside}\n</div>'
    )


def _sign(verdict: Verdict) -> str:
    return f'<span role="img" aria-label="{SAID.get(verdict, NOT_HELD)}">{sign(verdict)}</span>'


def _element(block: Block) -> str:
    match block:
        case Headline(verdict, words):  # a screen reader says it when it appears
            return f'<p role="status"><strong>{_sign(verdict)} {_inline(words)}</strong></p>'
        case Cause(_, title, feedback):
            title = f"<strong>{CAUSE}</strong> {_inline(quoted(title))}"
            return f'<div class="pypatterns-cause"><p>{title}</p>{prose(feedback)}</div>'
        case Behaviours(each):
            items = map(_behaviour, each)
            return "\n".join(['<ul class="pypatterns-checks">', *items, "</ul>"])
        case Printed():
            return fold(PRINTED, code("\n".join(block.first(OUTPUT_LINES))))
        case _:
            return _detail(block)


def _detail(block: Detail) -> str:
    match block:
        case Prose(words):
            return prose(words)
        case OwnLines(sentences):
            return code("\n".join(sentences))
        case Stood(locations, is_deadlock):
            drawn = picture(locations) if is_deadlock else ""
            told = "".join(f"<li>{_inline(each)}</li>" for each in stood(locations))
            return f"<figure>{drawn}<figcaption>{STOOD}<ul>{told}</ul></figcaption></figure>"


def _behaviour(behaviour: Behaviour) -> str:
    said = _inline(behaviour.words)
    if behaviour.verdict is not Verdict.PASS:
        said = f"<p><strong>{said}</strong></p>{''.join(map(_detail, behaviour.details))}"
    return f"<li>{_sign(behaviour.verdict)} <div>{said}</div></li>"


def _inline(words: str) -> str:
    return BACKTICKS.sub(r"<code>\1</code>", escape(visible(words)))
