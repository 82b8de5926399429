"""What checking an answer found: data, and its JSON form (`pypatterns-report/1`, see report.schema.json).

A `Report` is what the panel shows, the terminal prints and the gradebook counts; nothing else leaves the checking room.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from pypatterns.course.checking.shared.locations import Line, Location

SCHEMA = "pypatterns-report/1"


class Verdict(StrEnum):
    """What an answer, or one of its checks, earned."""

    PASS = "PASS"
    FAIL = "FAIL"  # a behaviour is missing
    ERROR = "ERROR"  # the answer does not import, so no check could run
    TIMEOUT = "TIMEOUT"  # the last resort: a call did not end
    DEADLOCK = "DEADLOCK"  # proven: nothing in the call can ever go on
    NOT_STARTED = "NOT_STARTED"  # still the starter: never shown as wrong
    UNCHECKED = "UNCHECKED"  # nothing is wrong so far; this copy of the course has no checks that could say more
    INFRASTRUCTURE = "INFRASTRUCTURE"  # our fault: never a mark


class Sandbox(StrEnum):
    """What keeps an answer from the machine."""

    NONE = "none"  # limits, and a process of its own for every call
    BWRAP = "bwrap"  # bubblewrap, around it and all that it starts


# One verdict for the whole answer: the first of these that a check has.
WORST_FIRST = (
    Verdict.INFRASTRUCTURE,
    Verdict.ERROR,
    Verdict.DEADLOCK,
    Verdict.TIMEOUT,
    Verdict.FAIL,
    Verdict.NOT_STARTED,
    Verdict.UNCHECKED,
    Verdict.PASS,
)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One behaviour: what was asked of the answer and what came of it.

    `behaviour` is the check's docstring, `message` says what was expected and what came back. `called` says what the
    driver did with which inputs, unless `message` says it: a check's own words do. `locations` says, for a call that never
    ended, where each thread and task stood.
    """

    name: str
    behaviour: str
    verdict: Verdict
    max_points: float = 1.0
    called: str = ""
    message: str = ""
    lines: tuple[Line, ...] = ()
    locations: tuple[Location, ...] = ()
    output: str = ""

    @property
    def points(self) -> float:
        """What the check earned: all of its points, or none."""
        return self.max_points if self.verdict is Verdict.PASS else 0.0


@dataclass(frozen=True, slots=True)
class Cause:
    """A belief behind a known wrong answer that failed the same checks: the misconception, and what helps."""

    name: str
    title: str
    feedback: str


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict on one answer.

    `message` is said once for the whole answer (why it does not import, why it was not checked), with the learner's own
    `lines`, and for an import that never ended with where everything stood; `causes` are likely common causes of what failed, the best first; `notes` are said whatever the verdict is.
    """

    exercise: str
    verdict: Verdict
    checks: tuple[CheckResult, ...] = ()
    message: str = ""
    lines: tuple[Line, ...] = ()
    locations: tuple[Location, ...] = ()
    causes: tuple[Cause, ...] = ()
    notes: tuple[str, ...] = ()
    output: str = ""
    seed: int | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    sandbox: Sandbox = Sandbox.NONE  # what kept the answer from the machine

    @property
    def passed(self) -> int:
        """How many checks hold."""
        return sum(check.verdict is Verdict.PASS for check in self.checks)

    @property
    def points(self) -> float | None:
        """The points earned; None where nobody has decided: the fault is ours, or the checks are elsewhere."""
        if self.verdict in (Verdict.INFRASTRUCTURE, Verdict.UNCHECKED):
            return None
        return round(sum(check.points for check in self.checks), 2)

    @property
    def max_points(self) -> float:
        """The points that could be earned."""
        return round(sum(check.max_points for check in self.checks), 2)

    def to_json(self) -> str:
        """One JSON document, as report.schema.json describes it."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form as plain data."""
        data = {"schema": SCHEMA} | asdict(self)
        data |= {"points": self.points, "max_points": self.max_points}
        for check, result in zip(data["checks"], self.checks, strict=True):
            check["points"] = result.points
        return data


def check_from_dict(data: Mapping[str, Any]) -> CheckResult:
    """Rebuild one check's result from its JSON form."""
    known = {name: data[name] for name in CheckResult.__dataclass_fields__ if name in data}
    known |= {
        "verdict": Verdict(data["verdict"]),
        "lines": tuple(Line(**line) for line in data["lines"]),
        "locations": tuple(Location(**location) for location in data["locations"]),
    }
    return CheckResult(**known)


def worst(verdicts: tuple[Verdict, ...]) -> Verdict:
    """The one verdict that names them all. There is no answer to no checks: that is our fault."""
    return min(verdicts, key=WORST_FIRST.index, default=Verdict.INFRASTRUCTURE)


def json_schema() -> dict[str, Any]:
    """The published JSON Schema of a report."""
    text = Path(__file__).with_name("report.schema.json").read_text(encoding="utf-8")
    return dict(json.loads(text))
