"""The imports between the market's layers, drawn from its code, and what its contracts say when somebody adds one more.

>>> measure("FastAPI in the domain").broken
("The market's core is free of frameworks",)
>>> demo()  # in a notebook: the same with controls

Each measurement copies the market, adds the import, and has grimp and import-linter read the copy. Nothing in it runs.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import pypatterns.market
from pypatterns.course import catalog
from pypatterns.course.lab import boxes
from pypatterns.course.lab.boxes import Arrow, Box
from pypatterns.course.lab.figures import imported
from pypatterns.course.lab.live import Live
from pypatterns.course.lab.shown import Shown, figure

Contract = dict[str, Any]  # as it stands in pyproject.toml
HERE = pypatterns.market.__name__
PATIENCE = 60  # seconds; it takes one
FIRST = "from __future__ import annotations\n"  # each module begins so; the leak is the next line

# what is added to which file
LEAKS: dict[str, tuple[str, str] | None] = {
    "no leak": None,
    "FastAPI in the domain": ("domain/market.py", "from fastapi import HTTPException"),
    "FastAPI, in a function": (
        "domain/market.py",
        "def refuse() -> None:\n    from fastapi import HTTPException",
    ),
    "domain asks application": ("domain/market.py", "from market.application.ports import Clock"),
    "routes open the database": (
        "adapters/inbound/http/routes.py",
        "from market.adapters.outbound.sql import SqlStore",
    ),
}
HELD_BY = ("all contracts", "layers alone")

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
    "http": (230, 105, 90, 40, SHELL),
    "memory": (345, 105, 70, 40, SHELL),
    "system": (430, 105, 70, 40, SHELL),
    "sql": (515, 105, 75, 40, SHELL),
    "application": (190, 190, 100, 40, CORE),
    "domain": (190, 275, 400, 40, CORE),
}
WEB, STORES = Box("", 10, 20, 115, 295), Box("", 655, 105, 95, 40)
WIDTH, HEIGHT = 760, 335
# where an arrow does not go straight down from the middle of its box
LANES = {
    ("bootstrap", "http"): 275,
    ("bootstrap", "application"): 210,
    ("bootstrap", "domain"): 333,
    ("http", "application"): 250,
    ("http", "domain"): 306,
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


@dataclass(frozen=True, slots=True)
class Measured:
    """The imports of the copy, and what its contracts say of them."""

    leak: str
    edges: tuple[Edge, ...]
    contracts: tuple[str, ...]
    broken: tuple[str, ...]
    said: str  # import-linter's words for what is broken

    @property
    def wrong(self) -> tuple[Edge, ...]:
        """The imports that do not point inward."""
        return tuple(edge for edge in self.edges if not edge.inward)

    @property
    def sentence(self) -> str:
        """Where the imports point, and how many contracts hold."""
        asked, broken = len(self.contracts), len(self.broken)
        verdict = (
            f"{broken} of {asked} contracts broken"
            if broken
            else f"{asked} of {asked} contracts kept"
        )
        if not self.wrong:
            total = sum(edge.count for edge in self.edges)
            return f"{self.leak}: {total} imports, and all of them point inward; {verdict}."
        where = "; ".join(
            f"{edge.importer} → {edge.imported} points {edge.points} ({edge.first})"
            for edge in self.wrong
        )
        return f"{self.leak}: {where}; {verdict}."


def measure(leak: str = "no leak", *, held_by: str = "all contracts") -> Measured:
    """Read a copy of the market that has this leak. Takes a second; the standard library's modules are left out.

    Raises `KeyError` for a leak that is not in `LEAKS`.
    """
    chosen = [each for each in contracts() if held_by == HELD_BY[0] or each["type"] == "layers"]
    with tempfile.TemporaryDirectory(prefix="pp-layers-") as scratch:
        folder = Path(scratch)
        copy_market(folder / imported.PACKAGE, LEAKS[leak])
        (folder / "pyproject.toml").write_text(_toml(chosen), encoding="utf-8")
        read = _read(folder)
    names = tuple(each["name"] for each in chosen)
    return Measured(
        leak, tuple(_edges(read["imports"])), names, tuple(read["broken"]), read["said"]
    )


def contracts() -> list[Contract]:
    """The contracts of this course's own pyproject.toml that are about the market, as its copy needs them."""
    text = (catalog.load().root / "pyproject.toml").read_text(encoding="utf-8")
    tool = tomllib.loads(text.replace(HERE, imported.PACKAGE))["tool"]["importlinter"]
    return [each for each in tool["contracts"] if all(map(_is_ours, _about(each)))]


def copy_market(target: Path, leak: tuple[str, str] | None) -> None:
    """Copy the market under another name, which its README says how to do, and add the leak."""
    shutil.copytree(
        Path(pypatterns.market.__path__[0]), target, ignore=shutil.ignore_patterns("__pycache__")
    )
    for file in target.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(HERE, imported.PACKAGE), encoding="utf-8")
    if leak is not None:
        name, line = leak
        text = (target / name).read_text(encoding="utf-8")
        (target / name).write_text(text.replace(FIRST, f"{FIRST}{line}\n", 1), encoding="utf-8")


def shown(measured: Measured) -> Shown:
    """The picture, the sentence that it comes to, and each contract with its verdict."""
    verdicts = [
        f"{'BROKEN' if name in measured.broken else 'kept'}: {name}" for name in measured.contracts
    ]
    picture = figure(
        _svg(measured), alt=f"Import graph. {measured.sentence}", caption=measured.sentence
    )
    listed = "".join(f"<li>{escape(each)}</li>" for each in verdicts)
    words = f"<pre>{escape(measured.said)}</pre>" if measured.said else ""
    text = [measured.sentence, *_lines(measured.edges), *verdicts, *measured.said.splitlines()]
    return Shown("\n".join(text), f"{picture}<ul>{listed}</ul>{words}")


def demo() -> Live:
    """A choice of leaks, and of the contracts that have to find them."""
    import ipywidgets  # type: ignore[import-untyped]  # noqa: PLC0415 - only a notebook waits for it

    style = {"description_width": "7em", "button_width": "14em"}
    return Live(
        draw,
        leak=ipywidgets.ToggleButtons(options=list(LEAKS), description="add", style=style),
        held_by=ipywidgets.ToggleButtons(options=HELD_BY, description="held by", style=style),
    )


def draw(leak: str, held_by: str) -> Shown:
    """What the demonstration shows for these settings, newly measured."""
    return shown(measure(leak, held_by=held_by))


def _read(folder: Path) -> Mapping[str, Any]:
    command = [sys.executable, "-P", "-m", imported.__name__, str(folder)]
    done = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", timeout=PATIENCE, check=False
    )
    read = json.loads(done.stdout) if done.returncode == 0 else {"trouble": done.stderr}
    if read["trouble"]:
        raise RuntimeError(f"the imports could not be read: {read['trouble'].strip()}")
    return dict(read)


def _edges(imports: Iterable[tuple[str, str, int]]) -> Iterator[Edge]:
    found: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], str] = {}
    for importer, target, line in imports:
        ends = _part(importer), _part(target)
        if ends[0] in PLACES and ends[1] and ends[0] != ends[1]:
            found[ends] += 1
            first.setdefault(ends, f"{_file(importer)}, line {line}")
    order = list(PLACES)
    for ends in sorted(found, key=lambda ends: (order.index(ends[0]), ends[1])):
        yield Edge(*ends, found[ends], first[ends])


def _part(module: str) -> str:
    """The part of the picture that a module belongs to; a third party is its own, and "" has no place in it."""
    top = module.partition(".")[0]
    if top != imported.PACKAGE:
        return "" if top in sys.stdlib_module_names else top
    return next((part for name, part in PARTS.items() if f"{module}.".startswith(f"{name}.")), "")


def _file(module: str) -> str:
    return module.removeprefix(f"{imported.PACKAGE}.").replace(".", "/") + ".py"


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] == imported.PACKAGE


def _about(contract: Contract) -> list[str]:
    """The modules that a contract binds."""
    if "containers" in contract:
        return list(contract["containers"])
    return [
        module
        for key in ("layers", "source_modules", "modules")
        for module in contract.get(key, [])
    ]


def _toml(chosen: Sequence[Contract]) -> str:
    """A pyproject.toml. JSON's strings, lists and booleans are TOML's as well."""
    root = {"root_package": imported.PACKAGE, "include_external_packages": True}
    tables = [
        ("[tool.importlinter]", root),
        *(("[[tool.importlinter.contracts]]", each) for each in chosen),
    ]
    lines = (
        [head, *(f"{key} = {json.dumps(value)}" for key, value in table.items())]
        for head, table in tables
    )
    return "\n\n".join(map("\n".join, lines))


def _lines(edges: Sequence[Edge]) -> Iterator[str]:
    for part in PLACES:
        targets = [_counted(edge) for edge in edges if edge.importer == part]
        yield f"{part:<11} -> {', '.join(targets) or 'nothing'}"


def _counted(edge: Edge) -> str:
    return f"{edge.imported} {edge.count}" + ("" if edge.inward else f" {edge.points.upper()}")


def _svg(measured: Measured) -> str:
    third = sorted({edge.imported for edge in measured.edges} - set(PLACES))
    parts = {
        name: Box(name, x, y, width, height, fill)
        for name, (x, y, width, height, fill) in PLACES.items()
    }
    stores = [name for name in third if name in FOR_STORES]
    web = [name for name in third if name not in FOR_STORES]
    sides = [_named(WEB, web), _named(STORES, stores)]
    beside = {**dict.fromkeys(web, sides[0]), **dict.fromkeys(stores, sides[1])}
    arrows = [_arrow(group, {**parts, **beside}) for group in _grouped(measured.edges, beside)]
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
