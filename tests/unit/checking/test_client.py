"""Several judges behind one check, with judges that need no engine."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Course, Exercise
from pypatterns.course.checking import client
from pypatterns.course.checking.report.model import Report, Verdict

ANSWER = Answer("double", "def double(number): ...", "a test")


class MeetingJudge:
    """A judge that ends a check only when another judge has begun one."""

    meet = threading.Barrier(2)

    def __init__(self, course: Course | None) -> None:
        self.closed = False
        self.busy = threading.Lock()

    def check(self, answer: Answer, exercise: Exercise, *, seed: int | None, **_: object) -> Report:
        assert self.busy.acquire(blocking=False), "two checks at once in one judge"
        try:
            self.meet.wait(10)
        finally:
            self.busy.release()
        if seed == 0:
            raise OSError("no judge")
        return Report("double", Verdict.PASS, seed=seed)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def exercise(tiny_course: Course) -> Exercise:
    return next(iter(tiny_course.exercises))


def test_each_judge_has_one_answer_at_a_time(
    exercise: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two checks run at once in two judges, never in one; the others wait for their turn."""
    monkeypatch.setattr(client, "Judge", MeetingJudge)

    with client.JudgePool(jobs=2) as judge, ThreadPoolExecutor(6) as threads:
        reports = list(threads.map(lambda n: judge.check(ANSWER, exercise, seed=n), range(1, 7)))

    assert [report.seed for report in reports] == [1, 2, 3, 4, 5, 6]


def test_a_judge_comes_back_after_an_error(
    exercise: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error comes out, and both judges serve the next checks."""
    monkeypatch.setattr(client, "Judge", MeetingJudge)

    with client.JudgePool(jobs=2) as judge, ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(judge.check, ANSWER, exercise, seed=n) for n in (0, 0, 1, 2)]
        ended = [each.exception() or each.result() for each in asked]

    assert sum(isinstance(each, OSError) for each in ended) == 2
    assert sum(isinstance(each, Report) for each in ended) == 2


def test_leaving_closes_every_judge(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that were never asked too."""
    made: list[MeetingJudge] = []

    def judge(course: Course | None) -> MeetingJudge:
        made.append(MeetingJudge(course))
        return made[-1]

    monkeypatch.setattr(client, "Judge", judge)

    with client.JudgePool(jobs=3):
        pass

    assert [each.closed for each in made] == [True, True, True]
