"""Why a mutant of the solution may pass: survivors.toml beside an exercise's checks.

    [[survivor]]
    in = "parallel_map"
    change = '''
    - while len(window) < most:
    + while len(window) <= most:
    '''
    why = "same behaviour"
    reason = "The window holds one chunk more, and the prompt allows that."
    pythons = ["3.11", "3.12"]

`in` and `change` are what `pypatterns verify --mutants` prints. `why` is "same behaviour" or "out of scope", `reason` a sentence.
An entry with `pythons` holds on these Pythons alone.
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pypatterns.course.authoring.findings import Complaint, Finding
from pypatterns.course.authoring.mutants import Mutant
from pypatterns.course.catalog import Exercise
from pypatterns.course.errors import BrokenCourse

FILE = "survivors.toml"
WHY = ("same behaviour", "out of scope")
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
NEEDED = ("in", "change", "why", "reason")
PYTHONS = "pythons"


@dataclass(frozen=True, slots=True)
class Survivor:
    """One reason: the function and the changed lines that it is for, the kind of reason, and a sentence."""

    where: str
    change: str
    why: str
    reason: str
    pythons: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """The key of the mutants that it is for."""
        return self.where, self.change

    @property
    def holds_here(self) -> bool:
        """Whether it is for this Python."""
        return not self.pythons or HERE in self.pythons


def read(exercise: Exercise) -> tuple[Survivor, ...]:
    """The reasons of an exercise; none if there is no file. Raises `BrokenCourse` for an entry that lacks something."""
    path = exercise.checks / FILE
    if not path.is_file():
        return ()
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BrokenCourse(f"{FILE}: {error}") from None
    found = tuple(_survivor(entry) for entry in data.get("survivor", ()))
    twice = [key for key, times in Counter(each.key for each in found).items() if times > 1]
    if twice:
        raise BrokenCourse(f"{FILE}: two entries for one change in {twice[0][0]}:\n{twice[0][1]}")
    return found


def stale(
    exercise: Exercise, known: Sequence[Survivor], made: Sequence[Mutant], alive: Sequence[Mutant]
) -> Iterator[Complaint]:
    """Complain of reasons for a mutant that is no longer made, or that a check refuses now."""
    there = {mutant.key for mutant in made}
    living = {mutant.key for mutant in alive}
    for each in known:
        if each.holds_here and each.key not in living:
            got = "a check that refuses it" if each.key in there else "no such mutant"
            what = f"in {each.where}: {each.change.replace(chr(10), ' / ')}"
            finding = Finding("a mutant that survives", got, "Take the entry out.", what)
            yield finding.about(exercise.checks / FILE, exercise)


def _survivor(entry: Mapping[str, Any]) -> Survivor:
    where = entry.get("in", "?")
    for name in NEEDED:
        if not isinstance(entry.get(name), str) or not entry[name].strip():
            raise BrokenCourse(f"{FILE}: the entry for {where} lacks {name!r}")
    if unknown := sorted(entry.keys() - {*NEEDED, PYTHONS}):
        raise BrokenCourse(f"{FILE}: the entry for {where} has {unknown[0]!r}, which is not known")
    if entry["why"] not in WHY:
        raise BrokenCourse(f"{FILE}: the entry for {where} has why = {entry['why']!r}; use {WHY}")
    change = "\n".join(line.strip() for line in entry["change"].strip().splitlines())
    return Survivor(where, change, entry["why"], entry["reason"], tuple(entry.get(PYTHONS, ())))
