"""Reports that outlive the command that asked for them, so that a long run can be stopped and goes on later.

>>> kept = Kept.of("mutants", exercise)
>>> report = kept.get(answer) or kept.put(answer, judge.check(answer, exercise))

A report is known by its answer's sources, and is forgotten when a check, a driver, a deadline, the engine, this package's
version or Python has changed. It is a line of JSON in the folder of caches, written as it comes; half a line is no report.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

import pypatterns
from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Exercise
from pypatterns.course.checking.report.model import Cause, Report, Verdict, check_from_dict

WITHOUT = ("course/authoring", "course/grading", "course/lab")  # they do not touch a verdict
CAUSES = ("course/constructs", "course/known_answers", "course/checking/judge/misconceptions")


@dataclass
class Kept:
    """The reports of one exercise for one purpose; `file` holds them."""

    file: Path
    found: dict[str, Report] = field(default_factory=dict)

    @classmethod
    def of(
        cls, purpose: str, exercise: Exercise, *, fresh: bool = False, verdicts_only: bool = False
    ) -> Self:
        """What is kept of an exercise; with `fresh`, nothing is. With `verdicts_only` the causes in a report may be old."""
        known = fingerprint(exercise, CAUSES if verdicts_only else ())
        file = _folder() / purpose / f"{exercise.name}-{known[:24]}.jsonl"
        if fresh:
            file.unlink(missing_ok=True)
        return cls(file, dict(_lines(file)))

    def get(self, answer: Answer, turn: int = 1) -> Report | None:
        """The report on these sources, if there is one; `turn` tells apart the rounds of a repeated run."""
        return self.found.get(_key(answer, turn))

    def put(self, answer: Answer, report: Report, turn: int = 1) -> Report:
        """Keep a report, and give it back. A fault of ours is not kept: the next run tries again."""
        if report.verdict is not Verdict.INFRASTRUCTURE:
            key = _key(answer, turn)
            self.found[key] = report
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with self.file.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"key": key, "report": asdict(report)}) + "\n")
        return report

    def forget(self) -> None:
        """Keep nothing more: the run has come to its end."""
        self.found.clear()
        self.file.unlink(missing_ok=True)


def fingerprint(exercise: Exercise, without: tuple[str, ...] = ()) -> str:
    """All that a verdict rests on beside the answer: checks, deadlines, engine (but for `without`), versions."""
    said = hashlib.sha256()
    parts = [sys.version, version("pypatterns"), exercise.import_deadline, exercise.call_deadline]
    parts += [exercise.answer_deadline]
    said.update(json.dumps([*parts, _engine(WITHOUT + without)]).encode())
    for path in sorted(exercise.checks.rglob("*")):
        inside = path.relative_to(exercise.checks)
        if path.is_file() and not inside.parts[0].startswith(
            ("right_", "wrong_", "__", "survivors")
        ):
            said.update(f"{inside.as_posix()}\0".encode() + path.read_bytes())
    return said.hexdigest()


@cache
def _engine(without: tuple[str, ...]) -> str:
    """This package, without some parts."""
    root = Path(pypatterns.__file__).parent
    said = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        inside = path.relative_to(root).as_posix()
        if not inside.startswith(without):
            said.update(f"{inside}\0".encode() + path.read_bytes())
    return said.hexdigest()


def _folder() -> Path:
    caches = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    return Path(caches, "pypatterns", "verify")


def _key(answer: Answer, turn: int) -> str:
    told = json.dumps([answer.source, sorted(answer.files.items()), turn])
    return hashlib.sha256(told.encode()).hexdigest()


def _lines(file: Path) -> Iterator[tuple[str, Report]]:
    if not file.is_file():
        return
    for line in file.read_text(encoding="utf-8").splitlines():
        with suppress(
            ValueError, KeyError, TypeError
        ):  # a line that was being written when it ended
            data = json.loads(line)
            yield data["key"], _report(data["report"])


def _report(data: dict[str, Any]) -> Report:
    return Report(
        exercise=data["exercise"],
        verdict=Verdict(data["verdict"]),
        checks=tuple(map(check_from_dict, data["checks"])),
        message=data["message"],
        causes=tuple(Cause(**cause) for cause in data["causes"]),
        seed=data["seed"],
    )
