"""What is kept of one learner: the marks, the reports behind them, and what proves where they come from.

>>> record = of_submission(submission, graded, batch)
>>> record["points"], record["exercises"][0]["report"]["verdict"]
(6.0, 'PASS')

It is plain data, `pypatterns-submission/1` (see submission.schema.json). All other outputs are made of it. It holds no time of
day, so the same answers, checks, versions and seed give the same record, byte for byte.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from pypatterns.course.catalog import Exercise
from pypatterns.course.checking.report.model import Cause, Report, Verdict, check_from_dict
from pypatterns.course.checking.shared.locations import Line, Location
from pypatterns.course.grading import tasks
from pypatterns.course.grading.reading import Submission

SCHEMA = "pypatterns-submission/1"
TEMPORARY = re.compile(
    r"\S*/pypatterns-checks-\w+/"
)  # where private checks lay; another place each time

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """What all submissions of a class share. `checks`: the fingerprint of each exercise's checks; `private`: those of an instructor's own."""

    course: str
    exercises: tuple[Exercise, ...]
    checks: Mapping[str, str]
    private: frozenset[str]
    seed: int
    sandbox: str
    versions: Mapping[str, str]

    @property
    def max_points(self) -> float:
        """The points that could be earned."""
        return sum(exercise.points for exercise in self.exercises)


def of_submission(
    submission: Submission, reports: Mapping[str, Data], batch: Batch
) -> dict[str, Any]:
    """The record of a submission whose answers have these reports."""
    graded = [_exercise(each, submission, reports, batch) for each in batch.exercises]
    marks = [each["points"] for each in graded]
    return {
        "schema": SCHEMA,
        "learner": submission.learner,
        "course": batch.course,
        "points": None if None in marks else round(sum(marks), 2),
        "max_points": batch.max_points,
        "refused": list(submission.refused),
        "exercises": graded,
        "seed": batch.seed,
        "versions": dict(batch.versions),
    }


def reusable(old: Data | None, exercise: str, answer: Data, batch: Batch) -> Data | None:
    """The report of an earlier run, if nothing has changed that it rests on and it is a mark."""
    for each in (old or {}).get("exercises", ()):
        if (
            each["exercise"] == exercise
            and each["report"] is not None
            and each["report"]["verdict"] != Verdict.INFRASTRUCTURE
            and each["answer"] == tasks.hash_of(answer)
            and each["checks"] == batch.checks[exercise]
            and each["sandbox"] == batch.sandbox
            and old is not None
            and (old["seed"], old["versions"]) == (batch.seed, dict(batch.versions))
        ):
            return dict(each["report"])
    return None


def undecided(record: Data) -> list[tuple[str, str]]:
    """The exercises that have no mark, each with the reason."""
    return [(each["exercise"], each["problem"]) for each in record["exercises"] if each["problem"]]


def infrastructure(record: Data) -> list[tuple[str, str]]:
    """The exercises that have no mark because our own checking failed, each with what is known."""
    ours = (each for each in record["exercises"] if each["report"] is not None and each["problem"])
    return [(each["exercise"], each["problem"]) for each in ours]


def report_of(exercise: Data, *, for_learner: bool) -> Report | None:
    """The report of one of a record's exercises; None if there is none.

    `for_learner`: where an instructor's own checks decided, what they asked with is left out, and all that an answer could
    have written it into: which behaviours hold stays.
    """
    if exercise["report"] is None:
        return None
    data = exercise["report"]
    report = Report(
        exercise=data["exercise"],
        verdict=Verdict(data["verdict"]),
        checks=tuple(check_from_dict(check) for check in data["checks"]),
        message=data["message"],
        lines=tuple(Line(**line) for line in data["lines"]),
        locations=tuple(Location(**stand) for stand in data["locations"]),
        causes=tuple(Cause(**cause) for cause in data["causes"]),
        notes=tuple(data["notes"]),
        output=data["output"],
        seed=data["seed"],
        versions=data["versions"],
    )
    return _without_inputs(report) if for_learner and exercise["private"] else report


def _without_inputs(report: Report) -> Report:
    """Importing an answer has no inputs, so what that gave is told. A fault of ours may quote a check: it is not."""
    checks = tuple(
        replace(check, called="", message="", lines=(), locations=(), output="")
        for check in report.checks
    )
    if report.verdict is Verdict.INFRASTRUCTURE:
        report = replace(report, message="")
    return replace(report, checks=checks)


@cache
def json_schema() -> dict[str, Any]:
    """The published JSON Schema of a record."""
    text = files(__package__).joinpath("submission.schema.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def _exercise(
    exercise: Exercise, submission: Submission, reports: Mapping[str, Data], batch: Batch
) -> dict[str, Any]:
    name = exercise.name
    answer, report = submission.answers.get(name), reports.get(name)
    points, problem = _mark(name, submission, report)
    return {
        "exercise": name,
        "points": points,
        "max_points": exercise.points,
        "problem": problem,
        "origin": answer.origin if answer else "",
        "answer": tasks.hash_of(tasks.as_data(answer)) if answer else "",
        "checks": batch.checks[name],
        "private": name in batch.private,
        "sandbox": batch.sandbox if report else "",
        "report": report,
    }


def _mark(name: str, submission: Submission, report: Data | None) -> tuple[float | None, str]:
    """The points, or None and why there are none. What was not handed in earns 0; what could not be read may earn all."""
    if report is not None:
        points = report["points"]
        return points, "" if points is not None else _fault(report)
    if name in submission.unsure:
        return None, submission.unsure[name]
    if submission.refused:
        return None, "; ".join(submission.refused)
    return 0.0, ""


def _fault(report: Data) -> str:
    """What is known of a fault of ours, in one line: its first words, and the last, where a trace says what was raised."""
    checks = (c["message"] for c in report["checks"] if c["verdict"] == Verdict.INFRASTRUCTURE)
    said = report["message"] or next((message for message in checks if message), "")
    lines = [line.strip() for line in TEMPORARY.sub("", said).splitlines() if line.strip()]
    ends = " … ".join(dict.fromkeys([lines[0], lines[-1]])) if lines else "no reason is known"
    return f"it could not be checked: {ends}"
