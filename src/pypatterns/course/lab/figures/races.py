"""Updates that threads lose: measured for four ways to count, and one loss step by step.

>>> lost_updates("+= int(1)")
Lost(variant='+= int(1)', lost=109068, total=200000)
>>> print(lose_one())
anna reads 0
    ben reads 0
anna writes 1
    ben writes 1
"""

# ruff: noqa: UP018, RUF046 - `int(1)` is the point: it is the smallest call
from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Barrier, Condition, Lock, Thread, current_thread
from typing import Protocol

from pypatterns.course.lab.drawing import bars
from pypatterns.course.lab.drawing.bars import Bar
from pypatterns.course.lab.drawing.shown import Shown, figure

HURRY = 1e-6  # seconds after which a thread that waits may ask for the GIL; Python's own is 0.005


class Counts(Protocol):
    """Something that counts up."""

    n: int

    def add(self, times: int) -> None:
        """Count up by one, so many times."""


class Plain:
    """Between reading and writing there is no place where this interpreter lets another thread run."""

    n = 0

    def add(self, times: int) -> None:
        """Count up by one, so many times."""
        for _ in range(times):
            self.n += 1


class Called:
    """A call lies between reading and writing, and after a call another thread may run."""

    n = 0

    def add(self, times: int) -> None:
        """Count up by one, so many times."""
        for _ in range(times):
            self.n += int(1)


class Property:
    """The same statement as in `Plain`; that it calls two functions cannot be seen where it stands."""

    _n = 0

    @property
    def n(self) -> int:
        """The count."""
        return self._n

    @n.setter
    def n(self, n: int) -> None:
        self._n = n

    def add(self, times: int) -> None:
        """Count up by one, so many times."""
        for _ in range(times):
            self.n += 1


class Locked:
    """Reading and writing under one lock: nobody else is between them, whatever lies there."""

    n = 0

    def __init__(self) -> None:
        self._lock = Lock()

    def add(self, times: int) -> None:
        """Count up by one, so many times."""
        for _ in range(times):
            with self._lock:
                self.n += int(1)


VARIANTS: dict[str, type[Counts]] = {
    "+= 1": Plain,
    "+= int(1)": Called,
    "+= 1, a property": Property,
    "+= int(1), locked": Locked,
}


@dataclass(frozen=True, slots=True)
class Lost:
    """How many of `total` updates were lost."""

    variant: str
    lost: int
    total: int


@dataclass(frozen=True, slots=True, repr=False)
class Loss:
    """What two threads did, in order, and the count after both had counted once."""

    steps: tuple[str, ...]
    final: int

    def __repr__(self) -> str:
        return "\n".join(self.steps)


def lost_updates(
    variant: str, *, threads: int = 4, updates: int = 50_000, interval: float = HURRY
) -> Lost:
    """Let `threads` threads count up `updates` times each, all from a common start. Takes some 0.1 s.

    `interval` is what `sys.setswitchinterval` gets meanwhile. Raises `KeyError` for a variant that is not in `VARIANTS`.
    """
    counter, start = VARIANTS[variant](), Barrier(threads)

    def count() -> None:
        start.wait()
        counter.add(updates)

    with _switching(interval):
        _run([Thread(target=count) for _ in range(threads)])
    total = threads * updates
    return Lost(variant, total - counter.n, total)


def loses(variant: str, *, runs: int = 20) -> bool:
    """Whether one of up to `runs` runs loses an update: where there is a gap, a single run may be lucky.

    Raises `KeyError` for a variant that is not in `VARIANTS`.
    """
    return any(lost_updates(variant).lost for _ in range(runs))


def lose_one() -> Loss:
    """Two real threads run `counter.n += 1` once each, and each step waits for its turn: one update is lost, every time."""
    counter = _InTurns(("anna", "reads"), ("ben", "reads"), ("anna", "writes"), ("ben", "writes"))

    def count() -> None:
        counter.n += 1

    _run([Thread(target=count, name=name) for name in ("anna", "ben")])
    return Loss(tuple(counter.steps), counter.value)


def shown(results: Sequence[Lost], threads: int) -> Shown:
    """The variants as bars: how much of what was counted is gone."""
    losers = [result.variant for result in results if result.lost]
    who = f"{threads} thread{'s' * (threads != 1)}"
    sentence = (
        f"{who}: updates are lost by {', '.join(f'`{loser}`' for loser in losers) or 'none'}."
    )
    rows = [
        Bar(each.variant, each.lost, f"{each.lost:,} of {each.total:,} lost") for each in results
    ]
    total = max(result.total for result in results)
    picture = figure(bars.svg(rows, of=total), alt=f"Bars. {sentence}", caption=sentence)
    return Shown(f"{sentence}\n{bars.text(rows, of=total)}", picture)


class _InTurns:
    """A counter whose every reading and writing waits until it is its thread's turn."""

    def __init__(self, *turns: tuple[str, str]) -> None:
        self.steps: list[str] = []
        self.value = 0
        self._turns = list(turns)
        self._changed = Condition()

    @property
    def n(self) -> int:
        """The count, read in turn."""
        with self._turn("reads"):
            return self.value

    @n.setter
    def n(self, n: int) -> None:
        with self._turn("writes"):
            self.value = n

    @contextmanager
    def _turn(self, does: str) -> Iterator[None]:
        name = current_thread().name
        with self._changed:
            self._changed.wait_for(lambda: self._turns[0] == (name, does))
            yield
            self.steps.append(f"{'    ' * (name == 'ben')}{name} {does} {self.value}")
            del self._turns[0]
            self._changed.notify_all()


@contextmanager
def _switching(interval: float) -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(interval)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _run(threads: Sequence[Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
