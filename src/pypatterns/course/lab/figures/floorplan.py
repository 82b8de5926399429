"""Where the market's parts stand, which way an import from one to another points, and the picture of all of them.

>>> Edge("domain", "fastapi", 1, "domain/market.py, line 11").points
'outward'

Outside is above: bootstrap, then the adapters, then the core. Third parties stand beside those that they are for.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pypatterns.course.lab.drawing import boxes
from pypatterns.course.lab.drawing.boxes import Arrow, Box
from pypatterns.course.lab.figures.imported import PACKAGE

PARTS = {
    "market.__main__": "bootstrap",
    "market.bootstrap": "bootstrap",
    "market.adapters.inbound.http": "http",
    "market.adapters.outbound.memory": "memory",
    "market.adapters.outbound.system": "system",
    "market.adapters.outbound.sql": "sql",
    "market.application": "application",
    "market.domain": "domain",
}
HEIGHTS = {"domain": 0, "application": 1, "bootstrap": 3}  # every adapter: 2
ADAPTER = 2
FOR_STORES = ("aiosqlite", "sqlalchemy")

CORE, SHELL = "#fff3c4", "#dcebf7"
PLACES = {
    "bootstrap": (190, 20, 400, 40, SHELL),
    "http": (225, 105, 90, 40, SHELL),
    "memory": (350, 105, 70, 40, SHELL),
    "system": (430, 105, 70, 40, SHELL),
    "sql": (515, 105, 75, 40, SHELL),
    "application": (190, 190, 100, 40, CORE),
    "domain": (190, 275, 400, 40, CORE),
}
WEB, STORES = Box("", 10, 20, 115, 295), Box("", 655, 105, 95, 40)
WIDTH, HEIGHT = 760, 335
# where an arrow does not go straight down from the middle of its box
LANES = {
    ("bootstrap", "http"): 270,
    ("bootstrap", "application"): 210,
    ("bootstrap", "domain"): 328,
    ("http", "application"): 250,
    ("http", "domain"): 303,
    ("application", "domain"): 220,
    ("domain", "application"): 262,
}


@dataclass(frozen=True, slots=True)
class Edge:
    """So many imports of one part by another; `first` is the file and line of one of them."""

    importer: str
    imported: str
    count: int
    first: str

    @property
    def inward(self) -> bool:
        """Whether it goes the allowed way."""
        return self.points == "inward"

    @property
    def points(self) -> str:
        """Inward, outward or sideways. Third parties are for adapters and bootstrap."""
        mine = HEIGHTS.get(self.importer, ADAPTER)
        if self.imported not in PLACES:
            return "inward" if mine >= ADAPTER else "outward"
        theirs = HEIGHTS.get(self.imported, ADAPTER)
        if mine == theirs:
            return "sideways"
        return "inward" if mine > theirs else "outward"


def part_of(module: str) -> str:
    """The part of the picture that a module belongs to; a third party is its own, and "" has no place in it."""
    top = module.partition(".")[0]
    if top != PACKAGE:
        return "" if top in sys.stdlib_module_names else top
    return next((part for name, part in PARTS.items() if f"{module}.".startswith(f"{name}.")), "")


def svg(edges: Sequence[Edge]) -> str:
    """Boxes for the parts, and an arrow for all imports from one to another."""
    third = sorted({edge.imported for edge in edges} - set(PLACES))
    parts = {
        name: Box(name, x, y, width, height, fill)
        for name, (x, y, width, height, fill) in PLACES.items()
    }
    stores = [name for name in third if name in FOR_STORES]
    web = [name for name in third if name not in FOR_STORES]
    sides = [_named(WEB, web), _named(STORES, stores)]
    beside = {**dict.fromkeys(web, sides[0]), **dict.fromkeys(stores, sides[1])}
    arrows = [_arrow(group, {**parts, **beside}) for group in _grouped(edges, beside)]
    return boxes.svg([*parts.values(), *sides], arrows, width=WIDTH, height=HEIGHT)


def _named(box: Box, names: Sequence[str]) -> Box:
    return Box("\n".join(names), box.x, box.y, box.width, box.height)


def _grouped(edges: Iterable[Edge], beside: Mapping[str, Box]) -> Iterator[list[Edge]]:
    """The edges that are one arrow: those from one part to third parties that share a box."""
    groups: dict[tuple[str, object], list[Edge]] = {}
    for edge in edges:
        groups.setdefault((edge.importer, beside.get(edge.imported, edge.imported)), []).append(
            edge
        )
    yield from groups.values()


def _arrow(group: Sequence[Edge], places: Mapping[str, Box]) -> Arrow:
    edge, count = group[0], sum(each.count for each in group)
    points = _way(edge, places[edge.importer], places[edge.imported])
    return Arrow(points, str(count) if edge.inward else edge.points, edge.inward)


def _way(edge: Edge, start: Box, end: Box) -> tuple[tuple[float, float], ...]:
    (x, y), ends = start.middle, (edge.importer, edge.imported)
    if edge.imported not in PLACES:  # beside it
        to_left = end.x < start.x
        return (
            (start.x if to_left else start.x + start.width, y),
            (end.x + end.width if to_left else end.x, y),
        )
    if start.y == end.y:  # round whatever is between them
        over, to_x = start.y - 22, end.middle[0] - 15
        return (x + 20, start.y), (x + 20, over), (to_x, over), (to_x, end.y)
    x = LANES.get(ends, min(start, end, key=lambda box: box.width).middle[0])
    down = start.y < end.y
    return (x, start.y + start.height * down), (x, end.y + end.height * (not down))
