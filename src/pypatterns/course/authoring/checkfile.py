"""What an exercise's checks and drivers must have: words for the learner, and calls that fit."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from pypatterns.course.authoring import testfile
from pypatterns.course.authoring.findings import Finding
from pypatterns.course.authoring.testfile import Driver, DriverCall


def check_findings(tree: ast.Module) -> Iterator[Finding]:
    """What the checks leave unsaid."""
    checks = testfile.checks(tree)
    if not checks:
        yield Finding("checks", "none", "Write functions 'test_…(answer)'.")
    for check in checks:
        if not check.behaviour:
            mend = "State the behaviour in one sentence: learners read it."
            yield Finding(f"a docstring in {check.name}", "none", mend, f"line {check.line}")
    for line in testfile.silent_asserts(tree):
        mend = "Say what was called, what came back and what was expected."
        yield Finding("a message on the assert", "none", mend, f"line {line}")
    for line in testfile.clocks(tree):
        mend = "Prove it by a meeting point, a counter, or a clock that the driver hands in."
        yield Finding("no clock in a check", "an import of time", mend, f"line {line}")


def driver_findings(drivers: Mapping[str, Driver]) -> Iterator[Finding]:
    """What the drivers leave unsaid, or say of inputs that they do not have."""
    for driver in drivers.values():
        place = f"line {driver.line}"
        if not driver.sentence:
            mend = "Say in its first sentence what it does: learners read it as what was called."
            yield Finding(f"a docstring in {driver.name}", "none", mend, place)
        for name in sorted(testfile.fields(driver.sentence) - driver.inputs):
            expected = f"only inputs of {driver.name} as fields of its first sentence"
            yield Finding(expected, f"{{{name}}}", "Mend the field, or double its braces.", place)


def call_findings(
    calls: tuple[DriverCall, ...], drivers: Mapping[str, Driver]
) -> Iterator[Finding]:
    """Calls of drivers that are not there, or that take other inputs."""
    for call in calls:
        for expected, got in _misfits(call, drivers):
            mend = "Mend the call, or the driver."
            yield Finding(expected, got, mend, f"line {call.line}")


def _misfits(call: DriverCall, drivers: Mapping[str, Driver]) -> Iterator[tuple[str, str]]:
    driver = drivers.get(call.driver)
    if driver is None:
        yield f"a driver among {', '.join(drivers) or 'none'}", repr(call.driver)
        return
    if extra := sorted(call.inputs - driver.inputs):
        yield f"only inputs that {call.driver} takes", ", ".join(extra)
    missing = sorted(driver.required - call.inputs)
    if missing and not call.open_ended:
        yield f"every input that {call.driver} needs", f"no {', '.join(missing)}"
