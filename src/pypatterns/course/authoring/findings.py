"""What the gate and the lint say, as data: complaints, results, and the proof that holds them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Exercise
from pypatterns.course.checking.report.model import Report, Verdict

SCHEMA = "pypatterns-proof/1"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a file that is not as it must be, and the way out; `place` is a cell or a line, if there is one."""

    expected: str
    got: str
    mend: str
    place: str = ""

    def on(self, path: Path, root: Path, exercise: str = "") -> Complaint:
        """The complaint about this file."""
        file = ", ".join(filter(None, [path.relative_to(root).as_posix(), self.place]))
        return Complaint(file, self.expected, self.got, self.mend, exercise)

    def about(self, path: Path, exercise: Exercise) -> Complaint:
        """The complaint about a file of this exercise."""
        return self.on(path, exercise.checks.parents[3], exercise.name)


@dataclass(frozen=True, slots=True)
class Complaint:
    """A finding and where it was made.

    `file` is relative to the course, perhaps with a cell or line. `exercise` is "" for what concerns a whole lesson.
    """

    file: str
    expected: str
    got: str
    mend: str
    exercise: str = ""

    def __str__(self) -> str:
        got = self.got.rstrip(".")  # a learner's message is a sentence
        return f"{self.file}: expected {self.expected}; got {got}. {self.mend}"


@dataclass(frozen=True, slots=True)
class Expected:
    """What an answer must earn: `verdict`, or if that is None: to fail all of `fails` and at most `may_fail` beside."""

    verdict: Verdict | None = None
    fails: frozenset[str] = frozenset()
    may_fail: frozenset[str] = frozenset()
    planted: bool = False  # by the gate itself: then it may fail everything
    causes: frozenset[str] = frozenset()  # of these the first must be offered; empty: whatever is

    def __str__(self) -> str:
        if self.verdict:
            return str(self.verdict)
        return f"to fail {', '.join(sorted(self.fails))}" if self.fails else "to fail a check"


@dataclass(frozen=True, slots=True)
class Case:
    """An answer and what is known of it. `name` is "solution", "starter", a planted one's or a known answer's stem."""

    name: str
    file: str
    answer: Answer
    expected: Expected

    def complain(self, expected: str, got: str, mend: str) -> Complaint:
        """A complaint about this case."""
        return Complaint(self.file, expected, got, mend, self.answer.exercise)


@dataclass(frozen=True, slots=True)
class Result:
    """One case, checked once. `turn` counts repetitions from 1."""

    case: Case
    report: Report
    complaints: tuple[Complaint, ...] = ()
    turn: int = 1

    @property
    def holds(self) -> bool:
        """Whether the answer earned what it must."""
        return not self.complaints

    def __str__(self) -> str:
        """One line for people: "single_flight_cache wrong_striped_locks: FAIL, as expected"."""
        expected = [complaint.expected for complaint in self.complaints]
        said = f"expected {'; '.join(expected)}" if expected else "as expected"
        return f"{self.case.answer.exercise} {self.case.name}: {self.report.verdict}, {said}"

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "exercise": self.case.answer.exercise,
            "answer": self.case.name,
            "file": self.case.file,
            "turn": self.turn,
            "expected": str(self.case.expected),
            "verdict": str(self.report.verdict),
            "failed": sorted(failed_by(self.report)),
            "holds": self.holds,
        }


@dataclass(frozen=True, slots=True)
class Proof:
    """All results, and all complaints: those of the results, of what is missing and of the course's shape."""

    results: tuple[Result, ...] = ()
    complaints: tuple[Complaint, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the checks can be trusted."""
        return not self.complaints

    def to_json(self) -> str:
        """The proof as one JSON document."""
        data = {
            "schema": SCHEMA,
            "holds": self.holds,
            "results": [result.to_dict() for result in self.results],
            "complaints": [asdict(complaint) for complaint in self.complaints],
        }
        return json.dumps(data, indent=2, ensure_ascii=False)


def base(check: str) -> str:
    """The function's name of a check that runs with parameters.

    >>> base("test_none_is_cached[tea]")
    'test_none_is_cached'
    """
    return check.partition("[")[0]


def failed_by(report: Report) -> frozenset[str]:
    """The checks that did not pass."""
    return frozenset(base(c.name) for c in report.checks if c.verdict is not Verdict.PASS)
