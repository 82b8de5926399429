"""One learner's record as Gradescope's results.json.

>>> json.loads(results(record))["score"]
5.5

Its format: https://gradescope-autograders.readthedocs.io/en/latest/specs/#output-format. A record without a mark for reasons of
ours has no score, so Gradescope says that the autograder failed and keeps the learner's earlier score.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pypatterns.course.checking.report.blocks import headline, visible
from pypatterns.course.checking.report.model import CheckResult, Report, Verdict
from pypatterns.course.checking.report.text import text
from pypatterns.course.grading.record import infrastructure, report_of

Data = Mapping[str, Any]


def results(record: Data) -> str:
    """The whole file, as a learner may see it."""
    said: dict[str, Any] = {"output": _output(record), "visibility": "visible"}
    if not infrastructure(record):
        said["score"] = sum(each["points"] or 0.0 for each in record["exercises"])
        said["tests"] = [test for each in record["exercises"] for test in _tests(each)]
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"


def _output(record: Data) -> str:
    refused = [f"Not read: {visible(reason)}" for reason in record["refused"]]
    faults = [
        f"{name}: our fault, and no mark. Tell your instructor."
        for name, _ in infrastructure(record)
    ]
    reports = (report_of(each, for_learner=True) for each in record["exercises"])
    return "\n\n".join([*refused, *faults, *(text(each) for each in reports if each)])


def _tests(exercise: Data) -> Iterator[dict[str, Any]]:
    report = report_of(exercise, for_learner=True)
    if report is None:
        why = exercise["problem"] or "No answer to this exercise was handed in."
        yield _test(exercise["exercise"], 0.0, exercise["max_points"], visible(why))
    elif not report.checks:
        yield _test(headline(report), 0.0, exercise["max_points"], visible(report.message))
    else:
        yield from (_check(report, check) for check in report.checks)


def _check(report: Report, check: CheckResult) -> dict[str, Any]:
    message = "" if check.verdict is Verdict.PASS else check.message or report.message
    return _test(
        f"{report.exercise}: {check.behaviour}", check.points, check.max_points, visible(message)
    )


def _test(name: str, score: float, at_most: float, output: str) -> dict[str, Any]:
    return {
        "name": visible(name),
        "score": round(score, 4),
        "max_score": round(at_most, 4),
        "status": "passed" if score == at_most else "failed",
        "output": output,
        "visibility": "visible",
    }
