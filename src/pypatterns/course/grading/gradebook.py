"""The class as a table: a row a learner, a column an exercise, points and total, for a spreadsheet or an LMS.

>>> book = Gradebook(["ana", "ben"], exercises)
>>> book.note(record)
>>> print(book.csv())
learner,batches,fetch_many,total,of,note
ana,1,4.5,5.5,7,
ben,,,,7,not graded yet

A cell is empty where nobody could decide, and then so is the total: a mark is never a guess. `note` says why.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from pypatterns.course.catalog import Exercise
from pypatterns.course.checking.report.blocks import one_line
from pypatterns.course.grading.record import undecided

FORMULA = ("=", "+", "-", "@")  # a spreadsheet would compute a cell that starts so


class Gradebook:
    """All rows, in the order of the learners, as text: a class takes a few hundred bytes a learner."""

    def __init__(self, learners: Sequence[str], exercises: Sequence[Exercise]) -> None:
        self._exercises = exercises
        self._of = number(sum(each.points for each in exercises))
        nothing = ["" for _ in exercises]
        self._rows = {
            learner: _line([_cell(learner), *nothing, "", self._of, "not graded yet"])
            for learner in learners
        }

    def note(self, record: Mapping[str, Any]) -> None:
        """Take in a learner's record."""
        points = [number(each["points"]) for each in record["exercises"]]
        note = "; ".join(reasons(record))
        row = [_cell(record["learner"]), *points, number(record["points"]), self._of, _cell(note)]
        self._rows[record["learner"]] = _line(row)

    def csv(self) -> str:
        """The whole table."""
        head = _line(["learner", *(each.name for each in self._exercises), "total", "of", "note"])
        return head + "".join(self._rows.values())


def reasons(record: Mapping[str, Any]) -> list[str]:
    """Why cells are empty, and what could not be read besides; each reason once."""
    without: dict[str, list[str]] = {}
    for name, why in undecided(record):
        without.setdefault(why, []).append(name)
    whole = len(undecided(record)) == len(record["exercises"])
    told = [why if whole else f"{', '.join(names)}: {why}" for why, names in without.items()]
    return told + [each for each in record["refused"] if not any(each in why for why in without)]


def number(points: float | None) -> str:
    """Points as people write them: 3, 4.5, and nothing for None."""
    return "" if points is None else f"{points:.2f}".rstrip("0").rstrip(".")


def _cell(text: str) -> str:
    """Text that a spreadsheet shows and does not compute."""
    text = one_line(text)
    return f"'{text}" if text.startswith(FORMULA) else text


def _line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()
