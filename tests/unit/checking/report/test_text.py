"""A report in words: short when all is well, complete when not, and never forged by an answer."""

from __future__ import annotations

import dataclasses

import pytest

from pypatterns.course.checking.report.blocks import LOCATIONS, headline
from pypatterns.course.checking.report.model import Cause, CheckResult, Report, Verdict
from pypatterns.course.checking.report.text import OUTPUT_LINES, WIDTH, text
from pypatterns.course.checking.shared.locations import Line, Location

ONE_LOAD = CheckResult("test_one_load", "Cold callers share one load.", Verdict.PASS)
NONE_KEPT = CheckResult("test_none", "None is cached like any value.", Verdict.PASS)
TWO_KEYS = CheckResult(
    "test_two_keys",
    "Two keys load at the same time.",
    Verdict.FAIL,
    called="two threads ask for 'tea' and 'oil'.",
    message="the second load began only after the first had ended; expected both at once",
    lines=(Line(12, "value = self._load(key)", "get"),),
)
LOCKS = Cause("wrong_lock", "One lock makes every key wait.", "Hold it only to look up the key.")


def failed(*checks: CheckResult, **fields: object) -> Report:
    """A report on `checks` that did not pass."""
    report = Report("single_flight_cache", Verdict.FAIL, checks)
    return dataclasses.replace(report, **fields)  # type: ignore[arg-type]


def test_a_pass_is_one_line() -> None:
    """Whoever passed reads one line, whatever the answer printed."""
    report = Report("single_flight_cache", Verdict.PASS, (ONE_LOAD, NONE_KEPT), output="hello")

    assert text(report) == "single_flight_cache: PASS, 2 of 2 checks"


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (Verdict.FAIL, "single_flight_cache: FAIL, 1 of 2 checks"),
        (Verdict.TIMEOUT, "single_flight_cache: TIMEOUT, 1 of 2 checks"),
        (Verdict.DEADLOCK, "single_flight_cache: DEADLOCK, 1 of 2 checks"),
        (Verdict.ERROR, "single_flight_cache: ERROR, the answer does not import"),
        (Verdict.NOT_STARTED, "single_flight_cache: NOT_STARTED, still the starter"),
        (Verdict.INFRASTRUCTURE, "single_flight_cache: INFRASTRUCTURE, it could not be checked"),
    ],
    ids=lambda value: value.name if isinstance(value, Verdict) else "",
)
def test_the_headline_names_the_verdict(verdict: Verdict, expected: str) -> None:
    """The first line says what the answer earned, without a number where none was counted."""
    report = Report("single_flight_cache", verdict, (ONE_LOAD, TWO_KEYS), message="why")

    assert headline(report) == expected
    assert text(report).startswith(f"{expected}\n\n")


def test_a_failure_shows_all_that_helps_in_order() -> None:
    """First the likely cause, then each behaviour in the order of the checks, then what was printed."""
    report = failed(ONE_LOAD, TWO_KEYS, NONE_KEPT, causes=(LOCKS,), output="loading tea\n")

    assert text(report) == (
        """\
single_flight_cache: FAIL, 2 of 3 checks

A likely cause is this belief: “One lock makes every key wait.”
  Hold it only to look up the key.

✔ Cold callers share one load.

✘ Two keys load at the same time.
    called: two threads ask for 'tea' and 'oil'.
    the second load began only after the first had ended; expected both at once
    line 12, in get: value = self._load(key)

✔ None is cached like any value.

Your answer printed:
  | loading tea"""
    )


def test_only_the_likeliest_cause_is_offered() -> None:
    """A second guess would weaken the first."""
    other = Cause("wrong_other", "Something else.", "Do another thing.")

    assert "Something else" not in text(failed(TWO_KEYS, causes=(LOCKS, other)))


def test_a_deadlock_says_where_each_thread_stood() -> None:
    """Who stands on which line, for what it waits and who holds that."""
    locations = (
        Location("caller 1", "thread", 9, "with self._b:", "move", "lock b", "caller 2"),
        Location("MainThread", "thread", None, "", ""),
    )
    stuck = dataclasses.replace(TWO_KEYS, verdict=Verdict.DEADLOCK, locations=locations)

    told = text(failed(stuck, verdict=Verdict.DEADLOCK))

    assert "✘ DEADLOCK: Two keys load at the same time." in told
    assert "caller 1 waits in move, line 9: `with self._b:` — held by caller 2" in told
    assert "MainThread is outside your answer" in told


def test_a_crowd_in_one_place_is_told_once() -> None:
    """Seven threads that wait on the same line say no more than one; who holds what they want is told alone."""
    waits = [
        Location(f"caller {n}", "thread", 9, "with a:", "move", "a", "caller 1")
        for n in range(2, 9)
    ]
    holder = Location("caller 1", "thread", 12, "done.wait()", "move", "Event.wait()")
    stuck = dataclasses.replace(TWO_KEYS, verdict=Verdict.DEADLOCK, locations=(holder, *waits))

    told = text(failed(stuck, verdict=Verdict.DEADLOCK))

    assert told.split("Where everything stood:")[1].split("\n")[1:] == [
        "      caller 1 waits in move, line 12: `done.wait()` — for Event.wait()",
        "      each of callers 2 to 8 waits in move, line 9: `with a:` — held by caller 1",
    ]


def test_places_beyond_a_dozen_are_counted() -> None:
    """Where forty threads stand in forty places, twelve of them are enough to begin with."""
    locations = tuple(
        Location(f"caller {n}", "thread", n, "pass", "move") for n in range(1, LOCATIONS + 3)
    )

    told = text(failed(dataclasses.replace(TWO_KEYS, locations=locations)))

    assert f"caller {LOCATIONS} is in move, line {LOCATIONS}" in told
    assert told.endswith("… and 2 more")


def test_a_failure_that_was_told_above_is_not_told_again() -> None:
    """One endless loop fails eight checks: the first says where, the others say that it is the same."""
    hung = dataclasses.replace(
        TWO_KEYS, verdict=Verdict.TIMEOUT, message="It did not end.\n  trace"
    )
    one = dataclasses.replace(
        hung, locations=(Location("caller 1", "thread", 9, "while True:", "get"),)
    )
    same = dataclasses.replace(one, name="test_b", behaviour="None is kept.", called="two calls")
    other = dataclasses.replace(same, name="test_c", behaviour="It expires.", lines=())

    told = text(failed(one, same, other, verdict=Verdict.TIMEOUT))

    assert told.count("called:") == 2
    assert told.count("line 9: `while True:`") == 2
    assert "✘ TIMEOUT: None is kept.\n    As above: It did not end.\n" in told


def test_a_starter_is_not_called_wrong() -> None:
    """Whoever has not begun reads a friendly sentence and no list of failures."""
    check = dataclasses.replace(TWO_KEYS, verdict=Verdict.NOT_STARTED, message="")

    told = text(Report("single_flight_cache", Verdict.NOT_STARTED, (check,), "still the starter"))

    assert TWO_KEYS.behaviour not in told
    assert "Nothing is wrong" in told
    assert "✘" not in told


def test_our_fault_is_owned_and_costs_nothing() -> None:
    """INFRASTRUCTURE says whose fault it is, that there is no mark, and what to do."""
    check = CheckResult("test_x", "It holds.", Verdict.INFRASTRUCTURE, message="drive.py: 1 / 0")

    told = text(Report("single_flight_cache", Verdict.INFRASTRUCTURE, (check,), "it ended early"))

    assert "it ended early" in told
    assert "test_x: drive.py: 1 / 0" in told
    assert "our fault" in told
    assert "no mark" in told
    assert "pypatterns doctor" in told


def test_an_answer_that_does_not_import_says_why_and_where() -> None:
    """No check has run, so none is shown: the message and the learner's own line say it all."""
    lines = (Line(3, "x = undefined_name"),)
    not_run = dataclasses.replace(TWO_KEYS, verdict=Verdict.ERROR)

    told = text(failed(not_run, verdict=Verdict.ERROR, message="NameError: no name", lines=lines))

    assert told.split("\n\n")[1:] == ["NameError: no name", "    line 3: x = undefined_name"]


def test_an_import_that_hangs_says_once_where() -> None:
    """All checks share the reason why they did not run."""
    location = Location("MainThread", "thread", 2, "lock.acquire()", "", "a lock", "unknown")
    not_run = dataclasses.replace(TWO_KEYS, verdict=Verdict.TIMEOUT)

    hung = {"verdict": Verdict.TIMEOUT, "message": "The import hangs.", "locations": (location,)}
    told = text(failed(not_run, not_run, **hung))

    assert told.count("MainThread waits, line 2: `lock.acquire()`") == 1


def test_notes_are_told_whatever_the_verdict_is() -> None:
    """A marker that stands twice matters to whoever passed, too."""
    report = Report("single_flight_cache", Verdict.PASS, (ONE_LOAD,), notes=("it stands twice",))

    assert text(report).endswith("Note: it stands twice")


def test_prose_is_wrapped_and_code_is_not() -> None:
    """Long sentences break at a column that reads well; a learner's line stays as it was written."""
    code = "value = " + " + ".join(["something_long"] * 12)
    check = dataclasses.replace(TWO_KEYS, message="word " * 60, lines=(Line(5, code),))

    lines = text(failed(check)).split("\n")

    assert any(line.endswith(code) for line in lines)
    assert all(len(line) <= WIDTH for line in lines if code not in line)


def test_long_output_is_cut_and_the_rest_counted() -> None:
    """A thousand prints leave room for the verdict."""
    told = text(failed(TWO_KEYS, output="tick\n" * 1000))

    assert told.count("tick") == OUTPUT_LINES
    assert told.endswith(f"lines left out: {1000 - OUTPUT_LINES}")


def test_an_answer_cannot_forge_the_panel() -> None:
    """What an answer prints or returns cannot move the cursor or pass for our own words."""
    forged = "\x1b[2J\x1b[Hsingle_flight_cache: PASS, 8 of 8 checks\r\u202e"

    told = text(failed(TWO_KEYS, output=forged))

    assert "\x1b" not in told
    assert "\r" not in told
    assert "\u202e" not in told
    assert "\nsingle_flight_cache: PASS" not in told


def test_the_words_hold_no_seed() -> None:
    """Stored outputs stay the same from run to run."""
    one, other = failed(TWO_KEYS, seed=4821), failed(TWO_KEYS, seed=1)

    assert text(one) == text(other)
