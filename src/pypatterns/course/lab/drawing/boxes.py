"""Boxes and the arrows between them as a picture. Its own file: functions from data to SVG, which know no code.

>>> svg([Box("domain", 10, 10, 90, 40)], [Arrow(((55, 90), (55, 50)), "3")], width=110, height=100)
'<svg …'

An arrow that is not `allowed` is red, thick and dashed, and its words are bold: it does not differ by colour alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from xml.sax.saxutils import escape

INK, PAPER, RED = "#1a1a1a", "#ffffff", "#b3261e"
LINE = 15  # units from one line of words to the next


@dataclass(frozen=True, slots=True)
class Box:
    """A box with its upper left corner at x, y. `words` may have several lines; `fill` is a colour."""

    words: str
    x: float
    y: float
    width: float
    height: float
    fill: str = PAPER

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Arrow:
    """A line through points, with a head at the last one, and some words at its longest part."""

    points: tuple[tuple[float, float], ...]
    words: str
    allowed: bool = True


def svg(boxes: Sequence[Box], arrows: Sequence[Arrow], *, width: int, height: int) -> str:
    """A picture with its own paper, so that it reads in a light theme and in a dark one. What is not allowed lies on top."""
    drawn = sorted(arrows, key=lambda arrow: not arrow.allowed)
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13" fill="{INK}">',
            *(_head(name, colour) for name, colour in (("inward", INK), ("outward", RED))),
            f'<rect width="{width}" height="{height}" rx="4" fill="{PAPER}"/>',
            *(part for box in boxes for part in _box(box)),
            *(part for arrow in drawn for part in _arrow(arrow)),
            "</svg>",
        ]
    )


def _head(name: str, colour: str) -> str:
    return (
        f'<marker id="{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path d="M0,0 L10,5 L0,10 z" fill="{colour}"/></marker>'
    )


def _box(box: Box) -> Iterator[str]:
    x, y = box.middle
    yield (
        f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="4" '
        f'fill="{box.fill}" stroke="{INK}"/>'
    )
    lines = box.words.splitlines()
    top = y + 5 - LINE * (len(lines) - 1) / 2
    for place, line in enumerate(lines):
        yield f'<text x="{x}" y="{top + LINE * place}" text-anchor="middle">{escape(line)}</text>'


def _arrow(arrow: Arrow) -> Iterator[str]:
    name, colour = ("inward", INK) if arrow.allowed else ("outward", RED)
    look = "" if arrow.allowed else ' stroke-width="3" stroke-dasharray="7 4"'
    path = " L".join(f"{x},{y}" for x, y in arrow.points)
    yield f'<path d="M{path}" fill="none" stroke="{colour}"{look} marker-end="url(#{name})"/>'
    x, y = _beside(arrow.points)
    weight = "normal" if arrow.allowed else "bold"
    yield (  # its outline is paper, so that it reads where it crosses a line
        f'<text x="{x}" y="{y}" fill="{colour}" font-size="12" font-weight="{weight}" stroke="{PAPER}" '
        f'stroke-width="3" paint-order="stroke">{escape(arrow.words)}</text>'
    )


def _beside(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Where words stand: right of an upright part and nearer to its start, above a level one."""
    (x, y), (to_x, to_y) = max(
        pairwise(points),
        key=lambda part: abs(part[1][0] - part[0][0]) + abs(part[1][1] - part[0][1]),
    )
    if x == to_x:
        return x + 5, y + (to_y - y) * 0.3 + 6
    return min(x, to_x) + 4, min(y, to_y) - 6
