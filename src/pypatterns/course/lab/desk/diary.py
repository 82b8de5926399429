"""Which exercises have passed: kept in work/, a line a verdict, for the map of the course.

Lines are only added, so two kernels cannot overwrite each other's, and a line that a crash cut short costs that line alone.

>>> Diary(course.work).note(report)
>>> Diary(course.work).passed()
frozenset({'batches'})
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pypatterns.course.checking.report.model import Report, Verdict

FILE = ".verdicts.jsonl"


class Diary:
    """The verdicts that were seen in one course folder."""

    def __init__(self, work: Path) -> None:
        self._file = work / FILE

    def note(self, report: Report) -> None:
        """Add a verdict. Where the folder cannot be written, nothing is noted: no verdict may wait for this."""
        line = {
            "exercise": report.exercise,
            "verdict": report.verdict,
            "passed": report.passed,
            "of": len(report.checks),
            "when": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        with suppress(OSError), self._file.open("ab", buffering=0) as file:
            file.write(b"\n" + json.dumps(line).encode() + b"\n")

    def passed(self) -> frozenset[str]:
        """The exercises that have passed at least once."""
        return frozenset(
            str(entry.get("exercise"))
            for entry in self._entries()
            if entry.get("verdict") == Verdict.PASS
        )

    def _entries(self) -> Iterator[dict[str, Any]]:
        try:
            lines = self._file.read_bytes().splitlines()
        except OSError:
            return
        for line in lines:
            with suppress(ValueError):
                entry = json.loads(line)
                if isinstance(entry, dict):
                    yield entry
