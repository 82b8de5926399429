"""What is made of a record: a row, a page, JUnit, Gradescope. None says more than it may, and none is fooled by a text."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from typing import Any

import pytest

from pypatterns.course.catalog import Course
from pypatterns.course.checking.report.model import Cause, CheckResult, Report, Verdict
from pypatterns.course.checking.shared.locations import Line, Location
from pypatterns.course.grading import feedback, gradescope, junit
from pypatterns.course.grading.gradebook import Gradebook, number

EVIL = "</pre></testcase><script>alert(1)</script>\x1b[2J]]>\x00=cmd()"


def made(report: Report | None, *, problem: str = "", private: bool = False) -> dict[str, Any]:
    """A record of one exercise with this report."""
    points = None if problem else report.points if report else 0.0
    exercise = {
        "exercise": "twice",
        "points": points,
        "max_points": 2,
        "problem": problem,
        "origin": "a.ipynb, cell 1",
        "answer": "sha256:" + "0" * 64,
        "checks": "sha256:" + "0" * 64,
        "private": private,
        "sandbox": "none",
        "report": json.loads(json.dumps(report.to_dict())) if report else None,
    }
    return {
        "schema": "pypatterns-submission/1",
        "learner": "Ana & Co",
        "course": "A tiny course",
        "points": points,
        "max_points": 2,
        "refused": [],
        "exercises": [exercise],
        "seed": 1,
        "versions": {},
    }


def failed(text: str = "twice(1042) gave 7") -> Report:
    """One check holds, one does not, and every field that could carry an input does."""
    stand = Location(f"caller {text}", "thread", 3, "wait()", "twice", "a lock", "unknown")
    checks = (
        CheckResult("test_a", "It doubles.", Verdict.PASS, 1.0, called=text, output=text),
        CheckResult(
            "test_b",
            "It doubles much.",
            Verdict.FAIL,
            1.0,
            text,
            text,
            (Line(2, text, text),),
            (stand,),
            text,
        ),
    )
    cause = Cause("wrong_square", "It squares.", "Multiply by 2.")
    return Report("twice", Verdict.FAIL, checks, causes=(cause,))


RECORDS = {
    "pass": made(Report("twice", Verdict.PASS, (CheckResult("test_a", "It.", Verdict.PASS, 2.0),))),
    "fail": made(failed()),
    "evil": made(failed(EVIL)),
    "error": made(
        Report(
            "twice",
            Verdict.ERROR,
            (CheckResult("test_a", "It.", Verdict.ERROR, 2.0),),
            "no such name",
        )
    ),
    "not-started": made(
        Report(
            "twice",
            Verdict.NOT_STARTED,
            (CheckResult("test_a", "It.", Verdict.NOT_STARTED, 2.0),),
            "still",
        )
    ),
    "ours": made(
        Report("twice", Verdict.INFRASTRUCTURE, message="the judge fell"),
        problem="it could not be checked",
    ),
    "missing": made(None),
    "refused": made(None, problem="a.zip has a password"),
}


class Tags(HTMLParser):
    """The tags of a page, each closed in its turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        assert not any(name.startswith("on") or name in ("href", "src") for name, _ in attrs)
        if tag not in ("meta", "line", "path", "rect", "circle"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            assert self.open.pop() == tag


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_a_page_is_whole_and_runs_nothing(record: dict[str, Any]) -> None:
    """Every tag is closed, nothing is fetched, and no text of an answer becomes a tag."""
    page = feedback.page(record)
    tags = Tags()

    tags.feed(page)

    assert tags.open == []
    assert "script" not in tags.seen
    assert "\x1b" not in page


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_junit_is_xml_and_counts_right(record: dict[str, Any]) -> None:
    """Whatever an answer printed."""
    document = ET.fromstring("".join(junit.lines([record, record])).encode())

    suites = document.findall("testsuite")
    assert [suite.get("name") for suite in suites] == ["Ana & Co", "Ana & Co"]
    for kind, count in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        assert int(suites[0].get(count, "")) == len(suites[0].findall(f"testcase/{kind}"))


def test_junit_tells_the_ends_apart() -> None:
    """A missing behaviour is a failure, what was not handed in is skipped, what nobody could decide is an error."""
    kinds = {
        name: [
            child.tag
            for case in ET.fromstring("".join(junit.lines([record])).encode()).iter("testcase")
            for child in case
        ]
        for name, record in RECORDS.items()
    }

    assert kinds == {
        "pass": [],
        "fail": ["failure"],
        "evil": ["failure"],
        "error": ["failure"],
        "not-started": ["skipped"],
        "ours": ["error"],
        "missing": ["skipped"],
        "refused": ["error"],
    }


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_gradescope_gets_its_format(record: dict[str, Any]) -> None:
    """Tests add up to the score; where the fault is ours there is no score, so that nobody gets a 0 for it."""
    results = json.loads(gradescope.results(record))

    if record is RECORDS["ours"]:
        assert "score" not in results
        assert "tests" not in results
    else:
        assert results["score"] == sum(test["score"] for test in results["tests"])
        assert {test["status"] for test in results["tests"]} <= {"passed", "failed"}
        assert sum(test["max_score"] for test in results["tests"]) == 2
    assert results["visibility"] == "visible"


def test_nothing_of_an_instructors_inputs_reaches_a_learner() -> None:
    """Neither what was called, nor what came back, nor what the answer printed or was made to say."""
    secret = "secret-4711"
    record = made(failed(f"twice({secret!r})"), private=True)

    page, results = feedback.page(record), gradescope.results(record)

    assert secret not in page + results
    assert "It doubles much." in page
    assert "It doubles much." in results
    assert secret in feedback.page(made(failed(f"twice({secret!r})")))


def test_a_broken_private_check_is_not_quoted_to_learners() -> None:
    """Its trace holds its source."""
    report = Report("twice", Verdict.INFRASTRUCTURE, message="assert twice(4711) == 9422")
    record = made(
        report, problem="it could not be checked: assert twice(4711) == 9422", private=True
    )

    assert "4711" not in feedback.page(record) + gradescope.results(record)


def test_a_spreadsheet_computes_no_name(tiny_course: Course) -> None:
    """A cell that would be a formula is text."""
    book = Gradebook(["=HYPERLINK(1)", "+1", "ana"], list(tiny_course.exercises))

    rows = list(csv.reader(io.StringIO(book.csv())))

    assert [row[0] for row in rows[1:]] == ["'=HYPERLINK(1)", "'+1", "ana"]


@pytest.mark.parametrize(
    ("points", "written"),
    [(3.0, "3"), (4.5, "4.5"), (0.333, "0.33"), (10.0, "10"), (0.0, "0"), (None, "")],
)
def test_points_are_written_as_people_do(points: float | None, written: str) -> None:
    """And nothing is written where there are none."""
    assert number(points) == written
