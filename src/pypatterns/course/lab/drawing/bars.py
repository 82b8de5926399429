"""A few bars as characters and as a picture. Its own file: functions from data to text, which measure nothing.

>>> print(text([Bar("threads", 0.12, "0.120 s")], of=0.24))
threads |####################                    | 0.120 s
>>> print(text([Stack("told", [Part(1, "1 created", "2", GREEN), Part(3, "3 broken", "5", RED)])], of=4))
told |2222222222555555555555555555555555555555| 1 created, 3 broken
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from xml.sax.saxutils import escape

WIDTH = 40  # characters of a full bar
BESIDE, FULL, ROW, NOTE = (
    130,
    380,
    34,
    230,
)  # units of the picture: labels, a full bar, a row, notes
INK, GREY, PAPER, BLUE, RED = (
    "#1a1a1a",
    "#999999",
    "#ffffff",
    "#56b4e9",
    "#d55e00",
)  # Okabe and Ito's
GREEN, ORANGE = "#009e73", "#e69f00"
NARROW = 24  # units of the picture: a part has no number of its own in less


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, how long it is, and what is written beside it."""

    label: str
    value: float
    note: str


@dataclass(frozen=True, slots=True)
class Part:
    """`many` of a kind, and what is said of them; `mark` is the character that draws it."""

    many: int
    says: str
    mark: str
    colour: str


@dataclass(frozen=True, slots=True)
class Stack:
    """A bar that is made of parts, from the left."""

    label: str
    parts: Sequence[Part]

    @property
    def note(self) -> str:
        """What is said of all parts."""
        return ", ".join(part.says for part in self.parts)


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across all bars."""

    value: float
    label: str


def text(bars: Sequence[Bar | Stack], *, of: float) -> str:
    """A line for each bar; a full one has the value `of`."""
    beside = max(len(bar.label) for bar in bars)
    return "\n".join(
        f"{bar.label:<{beside}} |{_characters(bar, of):<{WIDTH}}| {bar.note}" for bar in bars
    )


def svg(bars: Sequence[Bar | Stack], *, of: float, mark: Mark | None = None) -> str:
    """A picture with its own paper, so that it reads in a light theme and in a dark one."""
    width, height = BESIDE + FULL + NOTE, ROW * len(bars) + (46 if mark else 20)
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13" fill="{INK}">',
            f'<rect width="{width}" height="{height}" rx="4" fill="{PAPER}"/>',
            *(_drawn(bar, 10 + ROW * place, of) for place, bar in enumerate(bars)),
            _line(mark, of, ROW * len(bars) + 14) if mark else "",
            "</svg>",
        ]
    )


def _characters(bar: Bar | Stack, of: float) -> str:
    if isinstance(bar, Bar):
        return "#" * round(_part(bar.value, of) * WIDTH)
    return "".join(
        part.mark * (round(right) - round(left)) for part, left, right in _pieces(bar, of, WIDTH)
    )


def _drawn(bar: Bar | Stack, top: float, of: float) -> str:
    """The label, the bar and its note: beside the bar, or beside a full one where it is made of parts."""
    middle, width = top + ROW / 2, float(FULL)
    if isinstance(bar, Bar):
        width = max(_part(bar.value, of) * FULL, 1)
        inside = _rectangle(0, width, top, BLUE)
    else:
        parts = (_piece(*each, top) for each in _pieces(bar, of, FULL))
        inside = "".join([_rectangle(0, FULL, top, "none", GREY), *parts])
    return (
        f'<text x="{BESIDE - 10}" y="{middle}" text-anchor="end">{escape(bar.label)}</text>{inside}'
        f'<text x="{BESIDE + width + 8:.1f}" y="{middle}">{escape(bar.note)}</text>'
    )


def _rectangle(left: float, right: float, top: float, fill: str, stroke: str = INK) -> str:
    return (
        f'<rect x="{BESIDE + left:.1f}" y="{top}" width="{right - left:.1f}" height="{ROW - 10}" '
        f'fill="{fill}" stroke="{stroke}"/>'
    )


def _piece(part: Part, left: float, right: float, top: float) -> str:
    drawn = _rectangle(left, right, top, part.colour)
    if right - left < NARROW:
        return drawn
    middle = f'x="{BESIDE + (left + right) / 2:.1f}" y="{top + ROW / 2}"'
    return f'{drawn}<text {middle} text-anchor="middle">{part.many}</text>'


def _pieces(stack: Stack, of: float, full: float) -> Iterator[tuple[Part, float, float]]:
    """Each part that is there, with where it begins and ends in a bar of this length."""
    ends = [min(total / of, 1) * full for total in accumulate(part.many for part in stack.parts)]
    for part, left, right in zip(stack.parts, [0.0, *ends], ends, strict=False):
        if part.many:
            yield part, left, right


def _line(mark: Mark, of: float, bottom: float) -> str:
    x = BESIDE + _part(mark.value, of) * FULL
    return (
        f'<path d="M{x:.1f},4 V{bottom}" stroke="{RED}" stroke-width="2" stroke-dasharray="6 4"/>'
        f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{escape(mark.label)}</text>'
    )


def _part(value: float, of: float) -> float:
    return min(value / of, 1.0) if of else 0.0
