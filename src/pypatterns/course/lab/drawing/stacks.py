"""Bars that are made of parts, as characters and as a picture. Its own file: functions from data to text, which measure nothing.

>>> print(text([Stack("told", [Part(1, "1 created", "2", GREEN), Part(3, "3 broken", "5", RED)])], of=4))
told |2222222222555555555555555555555555555555| 1 created, 3 broken

`bars` draws bars of one piece.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from xml.sax.saxutils import escape

from pypatterns.course.lab.drawing.bars import BESIDE, BLUE, FULL, INK, NOTE, PAPER, RED, ROW, WIDTH

GREEN, ORANGE = "#009e73", "#e69f00"  # Okabe and Ito's, as those of `bars`
NARROW = 24  # units of the picture: a part has no number of its own in less

__all__ = ["BLUE", "GREEN", "ORANGE", "RED", "Part", "Stack", "svg", "text"]


@dataclass(frozen=True, slots=True)
class Part:
    """`many` of a kind, and what is said of them; `mark` is the character that draws it."""

    many: int
    says: str
    mark: str
    colour: str


@dataclass(frozen=True, slots=True)
class Stack:
    """One bar: its name and its parts, from the left."""

    label: str
    parts: Sequence[Part]

    @property
    def note(self) -> str:
        """What is said of all parts."""
        return ", ".join(part.says for part in self.parts)


def text(stacks: Sequence[Stack], *, of: int) -> str:
    """A line for each bar; a full one has `of` in all."""
    beside = max(len(stack.label) for stack in stacks)
    return "\n".join(
        f"{stack.label:<{beside}} |{_characters(stack, of):<{WIDTH}}| {stack.note}"
        for stack in stacks
    )


def svg(stacks: Sequence[Stack], *, of: int) -> str:
    """A picture with its own paper, so that it reads in a light theme and in a dark one."""
    width, height = BESIDE + FULL + NOTE, ROW * len(stacks) + 20
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13" fill="{INK}">',
            f'<rect width="{width}" height="{height}" rx="4" fill="{PAPER}"/>',
            *(_drawn(stack, 10 + ROW * place, of) for place, stack in enumerate(stacks)),
            "</svg>",
        ]
    )


def _drawn(stack: Stack, top: float, of: int) -> str:
    middle, whole = top + ROW / 2, BESIDE + FULL
    return "".join(
        [
            f'<text x="{BESIDE - 10}" y="{middle}" text-anchor="end">{escape(stack.label)}</text>',
            f'<rect x="{BESIDE}" y="{top}" width="{FULL}" height="{ROW - 10}" fill="none" stroke="#999999"/>',
            *(_piece(part, left, right, top) for part, left, right in _pieces(stack, of, FULL)),
            f'<text x="{whole + 8}" y="{middle}">{escape(stack.note)}</text>',
        ]
    )


def _piece(part: Part, left: float, right: float, top: float) -> str:
    number = (
        f'<text x="{BESIDE + (left + right) / 2:.1f}" y="{top + ROW / 2}" text-anchor="middle">{part.many}</text>'
        if right - left >= NARROW
        else ""
    )
    return (
        f'<rect x="{BESIDE + left:.1f}" y="{top}" width="{right - left:.1f}" height="{ROW - 10}" '
        f'fill="{part.colour}" stroke="{INK}"/>{number}'
    )


def _characters(stack: Stack, of: int) -> str:
    return "".join(
        part.mark * (round(right) - round(left)) for part, left, right in _pieces(stack, of, WIDTH)
    )


def _pieces(stack: Stack, of: int, full: float) -> Iterator[tuple[Part, float, float]]:
    """Each part that is there, with where it begins and ends in a bar of this length."""
    ends = [min(total / of, 1) * full for total in accumulate(part.many for part in stack.parts)]
    for part, left, right in zip(stack.parts, [0.0, *ends], ends, strict=False):
        if part.many:
            yield part, left, right
