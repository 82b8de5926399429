"""The imports between the market's layers, drawn from its code, and what its contracts say when somebody adds one more.

>>> measure("FastAPI in the domain").broken
("The market's core is free of frameworks",)
>>> demo()  # in a notebook: the same with controls

Each measurement reads a new copy of the market: see `leaks`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from pypatterns.course.lab.drawing.shown import Shown, figure
from pypatterns.course.lab.figures import floorplan, leaks
from pypatterns.course.lab.figures.floorplan import PLACES, Edge, part_of
from pypatterns.course.lab.figures.imported import PACKAGE
from pypatterns.course.lab.figures.leaks import LEAKS
from pypatterns.course.lab.live import Live

HELD_BY = ("all contracts", "layers alone")


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
            return f"{total} imports, and all of them point inward; {verdict}."
        where = "; ".join(
            f"{edge.importer} → {edge.imported} points {edge.points} ({edge.first})"
            for edge in self.wrong
        )
        return f"{self.leak}: {where}; {verdict}."


def measure(leak: str = "no leak", *, held_by: str = "all contracts") -> Measured:
    """Read a copy of the market that has this leak. Takes a second; the standard library's modules are left out.

    Raises `KeyError` for a leak that is not in `LEAKS`.
    """
    chosen = [
        each for each in leaks.contracts() if held_by == HELD_BY[0] or each["type"] == "layers"
    ]
    read = leaks.read(LEAKS[leak], chosen)
    names = tuple(each["name"] for each in chosen)
    return Measured(
        leak, tuple(_edges(read["imports"])), names, tuple(read["broken"]), read["said"]
    )


def shown(measured: Measured) -> Shown:
    """The picture, the sentence that it comes to, and each contract with its verdict."""
    verdicts = [
        f"{'BROKEN' if name in measured.broken else 'kept'}: {name}" for name in measured.contracts
    ]
    picture = figure(
        floorplan.svg(measured.edges),
        alt=f"Import graph. {measured.sentence}",
        caption=measured.sentence,
    )
    listed = "".join(f"<li>{escape(each)}</li>" for each in verdicts)
    words = f"<pre>{escape(measured.said)}</pre>" if measured.said else ""
    text = [measured.sentence, *_lines(measured.edges), *verdicts, *measured.said.splitlines()]
    return Shown("\n".join(text), f"{picture}<ul>{listed}</ul>{words}")


def demo() -> Live:
    """A choice of leaks, and of the contracts that have to find them."""
    import ipywidgets  # type: ignore[import-untyped]  # noqa: PLC0415 - only a notebook waits for it

    style = {"description_width": "5em", "button_width": "14em"}
    return Live(
        draw,
        leak=ipywidgets.ToggleButtons(options=list(LEAKS), description="add", style=style),
        held_by=ipywidgets.ToggleButtons(options=HELD_BY, description="held by", style=style),
    )


def draw(leak: str, held_by: str) -> Shown:
    """What the demonstration shows for these settings, newly measured."""
    return shown(measure(leak, held_by=held_by))


def _edges(imports: Iterable[tuple[str, str, int]]) -> Iterator[Edge]:
    found: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], str] = {}
    for importer, target, line in imports:
        ends = part_of(importer), part_of(target)
        if ends[0] in PLACES and ends[1] and ends[0] != ends[1]:
            found[ends] += 1
            first.setdefault(ends, f"{_file(importer)}, line {line}")
    order = list(PLACES)
    for ends in sorted(found, key=lambda ends: (order.index(ends[0]), ends[1])):
        yield Edge(*ends, found[ends], first[ends])


def _file(module: str) -> str:
    return module.removeprefix(f"{PACKAGE}.").replace(".", "/") + ".py"


def _lines(edges: Sequence[Edge]) -> Iterator[str]:
    for part in PLACES:
        targets = [_counted(edge) for edge in edges if edge.importer == part]
        yield f"{part:<11} -> {', '.join(targets) or 'nothing'}"


def _counted(edge: Edge) -> str:
    return f"{edge.imported} {edge.count}" + ("" if edge.inward else f" {edge.points.upper()}")
