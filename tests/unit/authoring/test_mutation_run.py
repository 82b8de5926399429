"""The run over an exercise's mutants, with a judge that needs no engine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pypatterns.course.answers import Answer
from pypatterns.course.authoring.mutation_run import Outcome, not_mutated, run
from pypatterns.course.authoring.survivors import FILE
from pypatterns.course.catalog import Course, Exercise
from pypatterns.course.checking.report.model import Report, Verdict

CHANGE = "- return 2 * number\n+ return 3 * number"
ENTRY = f"""
[[survivor]]
in = "twice"
change = '''
{CHANGE}
'''
why = "out of scope"
reason = "The prompt leaves it open."
"""


class MutantJudge:
    """Says FAIL of every mutant, but for those in which a text stands: of these, one verdict after the other."""

    def __init__(self, text: str = "3 *", *verdicts: Verdict) -> None:
        self.text, self.verdicts = text, list(verdicts)
        self.asked: list[Answer] = []

    def check(self, answer: Answer, exercise: Exercise, /, *, stop_at_first: bool) -> Report:
        assert stop_at_first
        self.asked.append(answer)
        if self.text not in answer.source or not self.verdicts:
            return Report("twice", Verdict.FAIL)
        verdict = self.verdicts[0]
        self.verdicts = self.verdicts[1:] or self.verdicts
        return Report("twice", verdict)


@pytest.fixture(autouse=True)
def _caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))


def test_killed_mutants_are_counted(small_course: Course) -> None:
    """Of the solution, and of the other right answers for themselves; progress is told."""
    told: list[object] = []

    outcome = ran(small_course, MutantJudge(), say=told.append)

    assert outcome.holds
    assert outcome.summary() == ("twice: 4 made, 4 killed, 6 of others made, 6 of others killed")
    assert "twice solution: 4 of 4 mutants" in told


def test_a_survivor_without_a_reason_is_shown(small_course: Course) -> None:
    """With its diff, and the entry that would give the reason."""
    outcome = ran(small_course, MutantJudge("3 *", Verdict.PASS))

    (complaint,) = outcome.complaints
    assert complaint.file == "solutions/01_doubling.ipynb, cell 4"
    assert "-    return 2 * number\n+    return 3 * number" in complaint.got
    assert f"change = '''\n{CHANGE}\n'''" in complaint.mend
    assert "1 survived without a reason" in outcome.summary()


def test_a_reason_is_enough(small_course: Course) -> None:
    """It is counted by its kind; and one for a mutant that no longer survives is a complaint."""
    write(small_course, ENTRY)

    kept = ran(small_course, MutantJudge("3 *", Verdict.PASS))
    stale = ran(small_course, MutantJudge(), fresh=True)

    assert kept.holds and "1 survived (out of scope)" in kept.summary()
    assert [complaint.expected for complaint in stale.complaints] == ["a mutant that survives"]


def test_a_file_that_cannot_be_read_is_told(small_course: Course) -> None:
    """Nothing is run then: every survivor would look unexplained."""
    write(small_course, "[[survivor")
    judge = MutantJudge()

    outcome = ran(small_course, judge, others=False)

    assert [complaint.expected for complaint in outcome.complaints] == ["reasons that can be read"]
    assert judge.asked == []


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([Verdict.INFRASTRUCTURE], "a verdict"),
        ([Verdict.PASS, Verdict.FAIL], "the same verdict twice"),
    ],
    ids=["our fault", "flip"],
)
def test_of_every_right_answer_some_things_are_never_right(
    small_course: Course, verdicts: list[Verdict], expected: str
) -> None:
    """A fault of ours, and a mutant that passes once and then does not."""
    outcome = ran(small_course, MutantJudge("number - number", *verdicts))

    (complaint,) = outcome.complaints
    assert complaint.expected == expected
    assert complaint.file.endswith("right_add.py")


def test_survivors_of_other_right_answers_are_only_counted(small_course: Course) -> None:
    """Their number says how much the checks leave open."""
    outcome = ran(small_course, MutantJudge("number - number", Verdict.PASS))

    assert outcome.holds
    assert "1 of others survived" in outcome.summary()


def test_a_stopped_run_goes_on(small_course: Course) -> None:
    """What is known is not asked again, unless everything is to start over."""
    first, second, third = MutantJudge(), MutantJudge(), MutantJudge()

    ran(small_course, first)
    ran(small_course, second)
    ran(small_course, third, fresh=True)

    assert len(first.asked) == len(third.asked) == 10
    assert second.asked == []


@pytest.mark.parametrize(
    ("form", "stub", "words"),
    [
        ("text", "def twice(number): ...", "text that no process imports"),
        ("folder", "def twice(number): ...", "files for tools"),
        ("module", '"""No names."""', "suites of tests"),
        ("module", "def twice(number): ...", ""),
    ],
)
def test_some_answers_have_no_mutants(
    small_course: Course, form: str, stub: str, words: str
) -> None:
    """The reason is told in one line."""
    exercise = replace(small_course.exercise("twice"), form=form)
    exercise.signature_file.write_text(stub)

    assert words in not_mutated(exercise)
    assert bool(not_mutated(exercise)) is bool(words)


def ran(course: Course, judge: MutantJudge, **more: object) -> Outcome:
    """The outcome of a run over the course."""
    return run(course, course.exercises, judge=judge, **more)  # type: ignore[arg-type]  # as a test wants it


def write(course: Course, text: str) -> None:
    """Store the reasons of `twice`."""
    (course.exercise("twice").checks / FILE).write_text(text)
