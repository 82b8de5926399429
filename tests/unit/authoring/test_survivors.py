"""The reasons for mutants that pass."""

from __future__ import annotations

import pytest

from pypatterns.course.authoring import survivors
from pypatterns.course.authoring.mutants import Mutant
from pypatterns.course.authoring.survivors import FILE, HERE, Survivor
from pypatterns.course.catalog import Course
from pypatterns.course.errors import BrokenCourse

ENTRY = """
[[survivor]]
in = "twice"
change = '''
  - return 2 * number
  + return 3 * number
'''
why = "out of scope"
reason = "The prompt leaves it open."
"""
CHANGE = "- return 2 * number\n+ return 3 * number"


def test_an_entry_says_what_and_why(small_course: Course) -> None:
    """The indentation of its lines does not count."""
    write(small_course, ENTRY + 'pythons = ["3.11"]\n')

    (known,) = survivors.read(small_course.exercise("twice"))

    assert known.key == ("twice", CHANGE)
    assert (known.why, known.reason) == ("out of scope", "The prompt leaves it open.")
    assert known.holds_here is (HERE == "3.11")


def test_no_file_is_no_reason(small_course: Course) -> None:
    """Most exercises need none."""
    assert survivors.read(small_course.exercise("twice")) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("[[survivor", "survivors.toml: Expected", id="no-toml"),
        pytest.param(ENTRY.replace("reason", "because"), "lacks 'reason'", id="no-reason"),
        pytest.param(ENTRY.replace("out of scope", "luck"), "why = 'luck'", id="why"),
        pytest.param(f"{ENTRY}line = 3\n", "has 'line', which is not known", id="unknown"),
        pytest.param(ENTRY + ENTRY, "two entries for one change in twice", id="twice"),
    ],
)
def test_a_slip_is_refused(small_course: Course, text: str, words: str) -> None:
    """The message names the entry."""
    write(small_course, text)

    with pytest.raises(BrokenCourse, match=words):
        survivors.read(small_course.exercise("twice"))


@pytest.mark.parametrize(
    ("made", "alive", "got"),
    [
        pytest.param(True, True, [], id="it-survives"),
        pytest.param(True, False, ["a check that refuses it"], id="killed"),
        pytest.param(False, False, ["no such mutant"], id="gone"),
    ],
)
def test_an_entry_that_is_no_longer_needed_is_told(
    small_course: Course, made: bool, alive: bool, got: list[str]
) -> None:
    """A reason for nothing would excuse a hole that comes later."""
    known = [Survivor("twice", CHANGE, "out of scope", "So.")]
    mutant = Mutant("constant", "twice", CHANGE, "")
    exercise = small_course.exercise("twice")

    told = list(survivors.stale(exercise, known, [mutant] * made, [mutant] * alive))

    assert [complaint.got for complaint in told] == got
    assert all(FILE in complaint.file for complaint in told)


def test_a_reason_for_another_python_is_not_stale_here(small_course: Course) -> None:
    """There the mutant may survive."""
    known = [Survivor("twice", CHANGE, "out of scope", "So.", ("2.7",))]

    assert list(survivors.stale(small_course.exercise("twice"), known, [], [])) == []


def write(course: Course, text: str) -> None:
    """Store the reasons of `twice`."""
    (course.exercise("twice").checks / FILE).write_text(text)
