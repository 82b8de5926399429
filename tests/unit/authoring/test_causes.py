"""How well the likely causes fit, with a judge that needs no engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from pypatterns.course.authoring import causes
from pypatterns.course.authoring.causes import KNOWN, OF_SOLUTION, OF_WRONG, WITH, WITHOUT, measure
from pypatterns.course.catalog import Course
from pypatterns.course.checking.report.model import CheckResult, Verdict
from pypatterns.course.checking.shared.locations import Line


@pytest.fixture(autouse=True)
def _caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))


def test_both_shares_are_counted_with_seen_in_and_without(small_course: Course, judge) -> None:
    """Without it, squaring is told to have used `min`: the two beliefs fail the same check."""
    shares = measure(small_course, small_course.exercises, judge=judge)

    assert str(shares.own[KNOWN, WITH]) == "3 of 3 (100.0%)"
    assert str(shares.own[KNOWN, WITHOUT]) == "3 of 3 (100.0%)"  # they are twins to the checks
    assert str(shares.absent[KNOWN, WITHOUT]) == "1 of 3 (33.3%)"
    assert str(shares.absent[KNOWN, WITH]) == "0 of 3 (0.0%)"
    assert {kind for kind, _ in shares.absent} <= {KNOWN, OF_WRONG, OF_SOLUTION}
    assert shares.holds and shares.missed == []


def test_an_answer_that_is_offered_another_belief_is_named(small_course: Course, judge) -> None:
    """The aim is missed, and the list says which answer is told what."""
    other = small_course.exercise("twice").checks / "wrong_small.py"
    other.write_text(other.read_text().replace("feedback", "seen_in: max\nfeedback"))

    shares = measure(small_course, small_course.exercises, judge=judge)

    assert "twice wrong_small: offered nothing" in shares.missed
    assert not shares.holds
    assert "own belief first, known wrong answers, with seen_in: 2 of 3 (66.7%)" in shares.said()


def test_the_reports_are_kept(small_course: Course, judge) -> None:
    """A change of the beliefs alone asks no judge again."""
    measure(small_course, small_course.exercises, judge=judge)
    before = len(judge.asked)

    measure(small_course, small_course.exercises, judge=judge)

    assert len(judge.asked) == before


@pytest.mark.parametrize(
    ("message", "lines", "raised"),
    [
        ("It raised NameError: numbr", (Line(1, "numbr", "twice"),), "NameError"),
        ("It raised TimeoutError; expected another", (), ""),
        ("Using your answer as the prompt says raised TypeError: str", (), "TypeError"),
        ("twice(2) gave 3", (), ""),
    ],
    ids=["raised", "told by a check", "of no use", "failed"],
)
def test_what_was_raised_is_read_from_the_message(
    message: str, lines: tuple[Line, ...], raised: str
) -> None:
    """A report does not hold it otherwise, and slips are no beliefs."""
    check = CheckResult("test_small", "Small.", Verdict.FAIL, message=message, lines=lines)

    assert causes._event(check)["raised"] == raised
