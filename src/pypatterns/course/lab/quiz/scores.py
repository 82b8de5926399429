"""Which first answers were right: kept in work/, a line an answer, across kernels and courses of many days.

Lines are only added. So two kernels cannot overwrite each other's, and a line that a crash cut short costs that line alone.

>>> scores = Scores(course.work)
>>> scores.add(Said("with_waits", "01_threads_and_processes", "b", right=True))
>>> scores.read()
({'with_waits': Said(id='with_waits', lesson='01_threads_and_processes', said='b', right=True)}, 0)
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from pypatterns.course.files import told

FILE = ".predictions.jsonl"


@dataclass(frozen=True, slots=True)
class Said:
    """What a learner answered, and whether it was right."""

    id: str
    lesson: str
    said: str
    right: bool


class Scores:
    """The answers of one course folder."""

    def __init__(self, work: Path) -> None:
        self._file = work / FILE

    def add(self, said: Said) -> None:
        """Keep one answer. Raises `CourseError` with the way out where the folder cannot be written."""
        line = json.dumps(asdict(said)).encode()
        with told("written", self._file):
            self._file.parent.mkdir(exist_ok=True)
            with self._file.open(
                "ab", buffering=0
            ) as file:  # one write, at the end, whoever else writes
                file.write(b"\n" + line + b"\n")  # the first ends what a crash may have cut short

    def read(self) -> tuple[dict[str, Said], int]:
        """The first answer to each question, which is the one that counts, and how many lines hold no answer.

        Raises `CourseError` with the reason where the file cannot be read.
        """
        answers = [_said(line) for line in self._lines()]
        found: dict[str, Said] = {}
        for said in answers:
            if said:
                found.setdefault(said.id, said)
        return found, answers.count(None)

    def _lines(self) -> list[bytes]:
        if not self._file.exists():
            return []
        with told("read", self._file):
            return [line for line in self._file.read_bytes().splitlines() if line.strip()]


def _said(line: bytes) -> Said | None:
    try:
        said = Said(**json.loads(line))
    except (ValueError, TypeError):
        return None
    words: tuple[object, ...] = (said.id, said.lesson, said.said)
    return said if all(isinstance(each, str) for each in words) else None
