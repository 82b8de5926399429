"""A judge's events, one as each check starts and ends, made into a report."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version
from typing import Any

from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Exercise
from pypatterns.course.checking.report.model import (
    Cause,
    CheckResult,
    Report,
    Sandbox,
    Verdict,
    check_from_dict,
    worst,
)
from pypatterns.course.checking.shared.locations import Line, Location


class Story:
    """The events of one answer, as far as they have come, and the report that they add up to."""

    def __init__(self, answer: Answer, exercise: Exercise, seed: int, sandbox: Sandbox) -> None:
        self._answer = answer
        self._sandbox = sandbox
        self._exercise = exercise
        self._seed = seed
        self._planned: list[dict[str, Any]] = []
        self._results: dict[str, CheckResult] = {}
        self._refused: dict[str, Any] | None = None
        self._causes: tuple[Cause, ...] = ()
        self._stopped = False
        self.broken = ""
        self.ended = False

    def hear(self, event: Mapping[str, Any]) -> None:
        match event["event"]:
            case "checks":
                self._planned = list(event["checks"])
            case "check":
                self._results[event["name"]] = check_from_dict(event)
            case "refused":
                self._refused = dict(event)
            case "stopped":
                self._stopped = True
            case "end":
                self._causes = tuple(Cause(**cause) for cause in event["causes"])
                self.broken = str(event["broken"])
                self.ended = True
            case _:  # "start": nothing to report yet
                pass

    def report(self) -> Report:
        if (
            self._refused is None
            and not self.broken
            and not self._stopped
            and (not self._planned or len(self._results) < len(self._planned))
        ):
            self.broken = "Not every check has run."
        report = Report(
            exercise=self._exercise.name,
            verdict=self._verdict(),
            checks=tuple(
                self._results.get(each["check"]) or self._not_run(each)
                for each in self._planned
                if not self._stopped or each["check"] in self._results
            ),
            message=self.broken,
            causes=self._causes,
            notes=self._answer.notes,
            seed=self._seed,
            versions={"python": platform.python_version(), "pypatterns": version("pypatterns")},
            sandbox=self._sandbox,
        )
        if self._refused is None or self.broken:
            return report
        lines = tuple(Line(**line) for line in self._refused["lines"])
        locations = tuple(Location(**location) for location in self._refused["locations"])
        return replace(
            report,
            message=self._refused["message"],
            lines=lines,
            locations=locations,
            output=self._refused["output"],
        )

    def _verdict(self) -> Verdict:
        if self.broken:
            return Verdict.INFRASTRUCTURE
        if self._refused is not None:
            return Verdict(self._refused["verdict"])
        return worst(tuple(result.verdict for result in self._results.values()))

    def _not_run(self, planned: Mapping[str, Any]) -> CheckResult:
        return CheckResult(
            planned["check"], planned["behaviour"], self._verdict(), planned["max_points"]
        )
