"""What `pypatterns check` takes for an answer, and what its exit code says."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Course, Exercise
from pypatterns.course.checking.report.model import CheckResult, Report, Verdict
from pypatterns.course.errors import NoAnswer, UnknownName, UnreadableFile
from pypatterns.course.lab.desk.check_command import Checked, asked_for, check
from pypatterns.course.lab.desk.diary import Diary
from pypatterns.course.lab.desk.layout import lay_out


class FakeJudge:
    """Gives every answer the same verdict."""

    def __init__(self, verdict: Verdict = Verdict.PASS) -> None:
        self.verdict = verdict

    def check(self, answer: Answer, exercise: Exercise, *, seed: int | None = None) -> Report:
        checks = (CheckResult("test_it", "It holds.", self.verdict),)
        return Report(exercise.name, self.verdict, checks, seed=seed or 7)


def exercises(course: Course, *what: str) -> list[str]:
    """The exercises whose answers were meant."""
    return [answer.exercise for answer in asked_for(course, what).answers]


@pytest.fixture
def course(tiny_course: Course) -> Course:
    """The tiny course with its starters laid out."""
    lay_out(tiny_course)
    return tiny_course


def test_without_a_name_all_of_work_is_meant(course: Course) -> None:
    """`pypatterns check` checks whatever the learner has."""
    assert exercises(course) == ["twice", "thrice"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [("thrice", ["thrice"]), ("01", ["twice", "thrice"]), ("01_doubling", ["twice", "thrice"])],
)
def test_a_name_means_the_answers_in_work(course: Course, name: str, meant: list[str]) -> None:
    """An exercise or a lesson, by the names that course.toml gives them."""
    assert exercises(course, name) == meant


def test_a_path_means_that_file_or_folder(course: Course) -> None:
    """A notebook, a module, a folder of them; one after the other."""
    module = course.root / "mine.py"
    module.write_text("# exercise: twice\n")

    assert exercises(course, str(module), str(course.work)) == ["twice", "twice", "thrice"]


def test_an_unknown_name_gets_the_closest(course: Course) -> None:
    """A slip is told with what was meant."""
    with pytest.raises(UnknownName, match="did you mean 'twice'"):
        asked_for(course, ["twise"])


def test_a_file_that_is_not_there_is_told(course: Course) -> None:
    """What looks like a path is one."""
    with pytest.raises(UnreadableFile, match="there is no file nowhere"):
        asked_for(course, ["nowhere/01.ipynb"])


def test_before_the_desk_is_laid_out_a_sentence_says_how(tiny_course: Course) -> None:
    """A fresh clone has no work/."""
    with pytest.raises(NoAnswer, match="'pypatterns lab' lays out the exercises"):
        asked_for(tiny_course, [])


def test_an_answer_that_is_gone_is_told(course: Course) -> None:
    """Where the cell was deleted, `reset` brings it back."""
    course.lessons[0].work.unlink()
    course.work.joinpath("twice.py").write_text("x = 1")

    with pytest.raises(NoAnswer, match="no answer to 'thrice' in work/"):
        asked_for(course, ["thrice"])


def test_a_broken_neighbour_does_not_hide_the_others(course: Course) -> None:
    """All of work/ is checked even if one notebook cannot be read, which is told."""
    course.work.joinpath("02_other.ipynb").write_text("{")

    found = asked_for(course, [])

    assert [answer.exercise for answer in found.answers] == ["twice", "thrice"]
    assert "02_other.ipynb is not a notebook" in found.refused[0]


@pytest.mark.parametrize(
    ("verdicts", "refused", "code"),
    [
        ([Verdict.PASS, Verdict.PASS], (), 0),
        ([Verdict.PASS, Verdict.FAIL], (), 1),
        ([Verdict.NOT_STARTED], (), 1),
        ([Verdict.PASS], ("b.py: no exercise 'b'",), 1),
        ([Verdict.PASS, Verdict.INFRASTRUCTURE], (), 3),
        ([Verdict.DEADLOCK, Verdict.INFRASTRUCTURE], (), 1),
    ],
    ids=["passed", "failed", "not-started", "refused", "our-fault", "both"],
)
def test_the_exit_code_says_whose_fault_it_is(
    verdicts: Sequence[Verdict], refused: tuple[str, ...], code: int
) -> None:
    """1 if an answer did not pass; 3 if nothing is wrong but our own checking."""
    reports = tuple(Report("twice", verdict) for verdict in verdicts)

    assert Checked(reports, refused).exit_code == code


def test_each_panel_is_said_with_its_origin_and_seed(course: Course) -> None:
    """Among several answers each says where it stands, and a failure how its inputs come back."""
    said: list[str] = []

    outcome = check(course, [], FakeJudge(Verdict.FAIL), seed=42, say=said.append)

    assert said[0].startswith("-- 01_doubling.ipynb, cell 3\ntwice: FAIL")
    assert "--seed 42" in said[0]
    assert outcome.summary().splitlines() == [
        "In short:",
        "  twice: FAIL, 0 of 1 checks",
        "  thrice: FAIL, 0 of 1 checks",
    ]


def test_verdicts_on_answers_in_work_are_kept_for_the_map(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever way they are named; an answer from elsewhere is somebody else's."""
    monkeypatch.chdir(course.root)
    elsewhere = course.root / "theirs.py"
    elsewhere.write_text("# exercise: thrice\n")

    check(course, [str(elsewhere)], FakeJudge())
    check(course, ["twice"], FakeJudge())
    by_name = Diary(course.work).passed()
    check(course, ["work/01_doubling.ipynb"], FakeJudge())

    assert by_name == {"twice"}
    assert Diary(course.work).passed() == {"twice", "thrice"}


def test_one_passed_answer_is_one_line(course: Course) -> None:
    """No origin, no seed, no summary."""
    said: list[str] = []

    outcome = check(course, ["twice"], FakeJudge(), say=said.append)

    assert said == ["twice: PASS, 1 of 1 checks\n"]
    assert outcome.summary() == ""


def test_json_holds_reports_and_what_was_refused(course: Course) -> None:
    """One document, whatever was asked for."""
    course.work.joinpath("broken.ipynb").write_text("")

    data = json.loads(check(course, [], FakeJudge()).to_json())

    assert [report["exercise"] for report in data["reports"]] == ["twice", "thrice"]
    assert data["refused"][0].startswith("broken.ipynb is empty")
