"""A few bars as characters and as a picture. Its own file: functions from data to text, which measure nothing.

>>> print(text([Bar("threads", 0.12, "0.120 s")], of=0.24))
threads |####################                    | 0.120 s
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH = 40  # characters of a full bar
BESIDE, FULL, ROW, NOTE = (
    130,
    380,
    34,
    230,
)  # units of the picture: labels, a full bar, a row, notes
INK, PAPER, BLUE, RED = "#1a1a1a", "#ffffff", "#56b4e9", "#d55e00"  # Okabe and Ito's


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, how long it is, and what is written beside it."""

    label: str
    value: float
    note: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across all bars."""

    value: float
    label: str


def text(bars: Sequence[Bar], *, of: float) -> str:
    """A line for each bar; a full one has the value `of`."""
    beside = max(len(bar.label) for bar in bars)
    return "\n".join(
        f"{bar.label:<{beside}} |{'#' * round(_part(bar.value, of) * WIDTH):<{WIDTH}}| {bar.note}"
        for bar in bars
    )


def svg(bars: Sequence[Bar], *, of: float, mark: Mark | None = None) -> str:
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


def _drawn(bar: Bar, top: float, of: float) -> str:
    width, middle = max(_part(bar.value, of) * FULL, 1), top + ROW / 2
    return (
        f'<text x="{BESIDE - 10}" y="{middle}" text-anchor="end">{escape(bar.label)}</text>'
        f'<rect x="{BESIDE}" y="{top}" width="{width:.1f}" height="{ROW - 10}" fill="{BLUE}" stroke="{INK}"/>'
        f'<text x="{BESIDE + width + 8:.1f}" y="{middle}">{escape(bar.note)}</text>'
    )


def _line(mark: Mark, of: float, bottom: float) -> str:
    x = BESIDE + _part(mark.value, of) * FULL
    return (
        f'<path d="M{x:.1f},4 V{bottom}" stroke="{RED}" stroke-width="2" stroke-dasharray="6 4"/>'
        f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{escape(mark.label)}</text>'
    )


def _part(value: float, of: float) -> float:
    return min(value / of, 1.0) if of else 0.0
