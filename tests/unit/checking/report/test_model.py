"""A report: its verdict, its points, and the form in which it leaves."""

from __future__ import annotations

import json
from itertools import permutations

import jsonschema
import pytest

from pypatterns.course.checking.report.model import (
    Cause,
    CheckResult,
    Report,
    Verdict,
    check_from_dict,
    json_schema,
    worst,
)
from pypatterns.course.checking.shared.locations import Line, Location

FULL = CheckResult(
    name="test_two_keys",
    behaviour="Two keys load at the same time.",
    verdict=Verdict.DEADLOCK,
    max_points=1.5,
    called="two threads ask",
    message="the call can never end",
    lines=(Line(3, "with self._lock:", "get"),),
    locations=(
        Location("caller 1", "thread", 3, "with self._lock:", "get", "self._lock", "caller 2"),
    ),
    output="hello\n",
)


def test_every_report_is_as_the_published_schema_says() -> None:
    """The JSON form, with all that can be in it, validates."""
    passed = CheckResult("test_one", "One.", Verdict.PASS, 2.5)
    causes = (Cause("wrong_lock", "One lock is enough.", "Hold it for less."),)
    report = Report("cache", Verdict.DEADLOCK, (FULL, passed), causes=causes, notes=("a",), seed=7)

    data = json.loads(report.to_json())

    jsonschema.validate(data, json_schema())
    assert (data["points"], data["max_points"]) == (2.5, 4.0)


def test_the_schema_refuses_what_a_report_never_says() -> None:
    """A schema that takes anything would prove nothing."""
    data = json.loads(Report("cache", Verdict.PASS).to_json())

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data | {"verdict": "MAYBE"}, json_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data | {"mark": 1}, json_schema())


def test_a_check_survives_its_json_form() -> None:
    """What a judge's process sends is what the report holds."""
    report = Report("cache", Verdict.DEADLOCK, (FULL,))

    (sent,) = json.loads(report.to_json())["checks"]

    assert check_from_dict(sent) == FULL


@pytest.mark.parametrize(
    "order", list(permutations([Verdict.DEADLOCK, Verdict.TIMEOUT, Verdict.FAIL]))
)
def test_the_worst_check_names_the_verdict(order: tuple[Verdict, ...]) -> None:
    """DEADLOCK before TIMEOUT before FAIL, in whatever order the checks ran."""
    assert worst((Verdict.PASS, *order)) is Verdict.DEADLOCK
    assert worst(tuple(each for each in order if each is not Verdict.DEADLOCK)) is Verdict.TIMEOUT


def test_our_fault_is_never_a_mark() -> None:
    """One check that broke by itself takes the mark away, not the points."""
    report = Report(
        "cache", Verdict.INFRASTRUCTURE, (CheckResult("test_one", "One.", Verdict.PASS),)
    )

    assert report.points is None
    assert worst((Verdict.FAIL, Verdict.INFRASTRUCTURE)) is Verdict.INFRASTRUCTURE


def test_no_checks_are_our_fault() -> None:
    """An exercise whose checks vanished must not pass everyone."""
    assert worst(()) is Verdict.INFRASTRUCTURE
