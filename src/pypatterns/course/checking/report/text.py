"""A report in words: the panel as plain text, for a notebook, a terminal and a screen reader alike.

What it says comes from blocks.py, as what html.py shows does.

>>> print(text(report))
single_flight_cache: PASS, 8 of 8 checks
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
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
from pypatterns.course.checking.report.model import Cause, Report, Verdict

WIDTH = 88  # columns; code is never wrapped
OUTPUT_LINES = 12


def text(report: Report) -> str:
    """The whole panel, its blocks with an empty line between them."""
    return "\n\n".join(part for block in blocks(report) for part in _paragraphs(block))


def wrapped(message: str, indent: str = "", hanging: str = "") -> str:
    """Prose in lines of at most `WIDTH` columns, all after the first `hanging` by so much more.

    Lines that are already indented are code and stay as they are.
    """
    lines = visible(message).rstrip().split("\n")
    return "\n".join(_line(line, indent, hanging) for line in lines)


def _line(line: str, indent: str, hanging: str) -> str:
    if line.startswith(" ") or len(indent + line) <= WIDTH:
        return indent + line
    return textwrap.fill(
        line,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _paragraphs(block: Block) -> Iterator[str]:
    match block:
        case Headline(_, words):
            yield words
        case Cause(_, title, feedback):
            yield f"{wrapped(f'{CAUSE} {quoted(title)}')}\n{wrapped(feedback, '  ')}"
        case Behaviours(each):
            yield from _behaviours(each)
        case Printed():  # behind a bar on each line so that it cannot be taken for our own words
            yield "\n".join([PRINTED, *(f"  | {line}" for line in block.first(OUTPUT_LINES))])
        case _:
            yield "\n".join(_lines(block))


def _behaviours(behaviours: Iterable[Behaviour]) -> Iterator[str]:
    """Every behaviour with its sign: those that hold take a line each, those that do not a paragraph."""
    for holds, group in groupby(behaviours, key=lambda each: each.verdict is Verdict.PASS):
        told = ["\n".join(_behaviour(each)) for each in group]
        yield from ["\n".join(told)] if holds else told


def _behaviour(behaviour: Behaviour) -> Iterator[str]:
    yield wrapped(f"{sign(behaviour.verdict)} {behaviour.words}", hanging="  ")
    for block in behaviour.details:
        yield from _lines(block, "    ")


def _lines(block: Detail, indent: str = "") -> Iterator[str]:
    match block:
        case Prose(words):
            yield wrapped(words, indent)
        case OwnLines(sentences):
            yield from (f"    {each}" for each in sentences)
        case Stood(locations):
            yield f"    {STOOD}"
            yield from (f"      {each}" for each in stood(locations))
