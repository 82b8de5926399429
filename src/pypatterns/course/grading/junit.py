"""The class as JUnit XML, for CI: a suite a learner, a case a check.

>>> with path.open("w") as file:
...     file.writelines(lines(ledger.records(learners)))

A case fails where a behaviour is missing, is skipped where nothing was handed in, and is an error where nobody could decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from pypatterns.course.checking.report.blocks import headline, visible
from pypatterns.course.checking.report.model import CheckResult, Report, Verdict
from pypatterns.course.grading.record import report_of

Data = Mapping[str, Any]
NOTHING = (Verdict.NOT_STARTED,)


def lines(records: Iterable[Data]) -> Iterator[str]:
    """The document, a record at a time: it never stands in the memory as a whole."""
    yield '<?xml version="1.0" encoding="utf-8"?>\n<testsuites name="pypatterns grade">\n'
    for record in records:
        cases = [case for each in record["exercises"] for case in _cases(each)]
        counted = {
            kind: sum(f"<{kind}" in case for case in cases)
            for kind in ("failure", "error", "skipped")
        }
        counts = f'tests="{len(cases)}" failures="{counted["failure"]}" errors="{counted["error"]}" skipped="{counted["skipped"]}"'
        yield f"<testsuite name={_quoted(record['learner'])} {counts}>\n"
        yield from cases
        yield "</testsuite>\n"
    yield "</testsuites>\n"


def _cases(exercise: Data) -> Iterator[str]:
    report = report_of(exercise, for_learner=False)
    name = exercise["exercise"]
    if report is None and exercise["problem"]:
        yield _case(name, "submission", _said("error", "not decided", exercise["problem"]))
    elif report is None:
        yield _case(name, "submission", '<skipped message="not handed in"/>')
    elif not report.checks or report.message:
        yield _case(name, "submission", _of_report(report))
    else:
        yield from (_case(name, check.name, _of_check(check)) for check in report.checks)


def _of_report(report: Report) -> str:
    return _outcome(report.verdict, headline(report), report.message)


def _of_check(check: CheckResult) -> str:
    return _outcome(check.verdict, check.behaviour, check.message)


def _outcome(verdict: Verdict, title: str, message: str) -> str:
    if verdict is Verdict.PASS:
        return ""
    if verdict in NOTHING:
        return '<skipped message="still the starter"/>'
    kind = "error" if verdict is Verdict.INFRASTRUCTURE else "failure"
    return _said(kind, f"{verdict}: {title}", message)


def _said(kind: str, title: str, message: str) -> str:
    return f"<{kind} message={_quoted(title)}>{escape(visible(message))}</{kind}>"


def _case(exercise: str, name: str, inside: str) -> str:
    return f"<testcase classname={_quoted(exercise)} name={_quoted(name)}>{inside}</testcase>\n"


def _quoted(text: str) -> str:
    return quoteattr(visible(text))
