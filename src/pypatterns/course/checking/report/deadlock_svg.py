"""A deadlock as a picture: on the left who waits, on the right for what, and an arrow back to whoever holds it.

>>> picture(check.locations)
'<svg …'

Inline SVG, so that it takes the colours of the page, as large as its text needs and smaller where there is less room. It
holds no ids (arrow heads are drawn, not referred to) and says nothing that text.py does not say below it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from pypatterns.course.checking.report.blocks import gathered, named, one_line
from pypatterns.course.checking.shared.locations import Location

WIDTH, BOX, HEIGHT, GAP, TOP = 540, 215, 46, 14, 26  # units; one is a pixel where there is room
EM = 14  # units
LONGEST = 27, 35  # characters of a box's first and second line
ROWS = 6  # of each column; the words tell the rest
APART = 8  # units between the arrow to a lock and the arrow back

Point = tuple[float, float]
Group = tuple[Sequence[str], Location]


@dataclass(frozen=True, slots=True)
class Box:
    """Somebody who waits, or something that is waited for: two lines of text."""

    first: str
    second: str = ""


def picture(locations: Iterable[Location]) -> str:
    """Who waits for whom, as SVG; "" where nobody waits for anything that can be named."""
    groups: list[Group] = [each for each in gathered(locations) if each[1].waits_for]
    # Who stands in the check's own code, waiting for the others, is no part of the riddle.
    groups = [each for each in groups if each[1].line] or groups
    if not groups:
        return ""
    seats = [(who, Box(_crowd(who), _place(location))) for who, location in groups]
    seats += [((holder,), Box(holder)) for holder in _holders_elsewhere(groups)]
    wanted = list(dict.fromkeys(_wanted(location) for _, location in groups))
    shown = _Picture([box for _, box in seats[:ROWS]], wanted[:ROWS])
    for row, (_, location) in enumerate(groups):
        shown.wait(row, wanted.index(_wanted(location)))
    rows = {name: row for row, (who, _) in enumerate(seats) for name in who}
    held = {
        _wanted(location): rows[location.held_by]
        for _, location in groups
        if location.held_by in rows
    }
    for what, row in held.items():
        shown.hold(wanted.index(what), row)
    return shown.svg(_said(groups))


def _holders_elsewhere(groups: Iterable[Group]) -> list[str]:
    """Who holds something, can be named, and does not wait."""
    waiting = {name for who, _ in groups for name in who}
    holders = dict.fromkeys(location.held_by for _, location in groups)
    return [holder for holder in holders if holder not in {"", "unknown", *waiting}]


def _crowd(who: Sequence[str]) -> str:
    """Their names, or how many they are where these are too long."""
    return named(who) if len(named(who)) <= LONGEST[0] else f"{who[0]} and {len(who) - 1} more"


def _place(location: Location) -> str:
    line = f"line {location.line}" if location.line else "outside your answer"
    return f"{line}, in {location.function}" if location.line and location.function else line


def _wanted(location: Location) -> Box:
    match location.held_by:
        case "":
            return Box(location.waits_for, "nobody is left to end it")
        case "unknown":
            return Box(location.waits_for, "who holds it cannot be seen")
        case _:
            return Box(location.waits_for, f"held by {location.held_by}")


def _said(groups: Iterable[Group]) -> str:
    """The picture in a sentence, for whoever cannot see it."""
    waits = (
        f"{named(who)}: {location.waits_for}, {_wanted(location).second}"
        for who, location in groups
    )
    return f"Who waits for what. {'; '.join(waits)}."


class _Picture:
    """Two columns of boxes and the arrows between them."""

    def __init__(self, waiting: Sequence[Box], wanted: Sequence[Box]) -> None:
        self._waiting, self._wanted = waiting, wanted
        self._arrows: list[str] = []

    def wait(self, row: int, what: int) -> None:
        """Draw that the one in a row of the left waits for what stands in a row of the right."""
        self._arrow((BOX, _middle(row) - APART), (WIDTH - BOX, _middle(what) - APART), row, what)

    def hold(self, what: int, row: int) -> None:
        """Draw that what stands on the right is held by the one on the left: dashed."""
        start, end = (WIDTH - BOX, _middle(what) + APART), (BOX, _middle(row) + APART)
        self._arrow(start, end, row, what, ' stroke-dasharray="5 4"')

    def svg(self, label: str) -> str:
        """The whole picture."""
        rows = max(len(self._waiting), len(self._wanted))
        height = TOP + rows * (HEIGHT + GAP) - GAP + 2
        parts = [
            f'<svg role="img" aria-label="{escape(one_line(label))}" viewBox="0 0 {WIDTH} {height}"'
            f' style="width:100%;max-width:{WIDTH / EM:.1f}em" fill="none" stroke="currentColor"'
            ' font-size="13" xmlns="http://www.w3.org/2000/svg">',
            _text(BOX / 2, 16, "who waits"),
            _text(WIDTH - BOX / 2, 16, "for what"),
            *_column(0, self._waiting),
            *_column(WIDTH - BOX, self._wanted),
            *self._arrows,
            "</svg>",
        ]
        return "\n".join(parts)

    def _arrow(self, start: Point, end: Point, row: int, what: int, dashes: str = "") -> None:
        if max(row, what) >= ROWS:
            return
        self._arrows += [
            f'<path d="M{_at(*start)} L{_at(*end)}"{dashes}/>',
            f'<polygon points="{_head(start, end)}" fill="currentColor"/>',
        ]


def _column(left: float, boxes: Iterable[Box]) -> Iterator[str]:
    for row, box in enumerate(boxes):
        middle = _middle(row)
        top = middle - HEIGHT / 2
        yield (f'<rect x="{left + 1:g}" y="{top:g}" width="{BOX - 2}" height="{HEIGHT}" rx="4"/>')
        yield _text(left + BOX / 2, middle - 4, _cut(box.first, LONGEST[0]), ' font-weight="bold"')
        yield _text(left + BOX / 2, middle + 14, _cut(box.second, LONGEST[1]), ' font-size="11"')


def _text(x: float, y: float, words: str, look: str = "") -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="middle" fill="currentColor" stroke="none"{look}>'
        f"{escape(words)}</text>"
    )


def _cut(words: str, longest: int) -> str:
    words = one_line(words)
    return words if len(words) <= longest else f"{words[: longest - 1]}…"


def _middle(row: int) -> float:
    return TOP + row * (HEIGHT + GAP) + HEIGHT / 2


def _head(start: Point, end: Point) -> str:
    """The three corners of an arrow's head."""
    back = math.atan2(start[1] - end[1], start[0] - end[0])
    corners = [
        (end[0] + 9 * math.cos(back + turn), end[1] + 9 * math.sin(back + turn))
        for turn in (-0.4, 0.4)
    ]
    return " ".join(_at(*corner) for corner in (end, *corners))


def _at(x: float, y: float) -> str:
    """A point; whole units, which every machine computes alike."""
    return f"{x:.0f},{y:.0f}"
