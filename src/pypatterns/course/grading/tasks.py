"""Grading one learner: plain data in, plain data out, so that any executor can carry it, here or on another machine.

>>> executor.submit(grade_one, task).result()["reports"]["batches"]["verdict"]
'PASS'

The answers run in processes below a judge, which is a process below this one. A judge stays warm for the next task of its
thread; what an answer does to its own process, or a worker to itself, is never this process's end.
"""

from __future__ import annotations

import hashlib
import json
import platform
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, fields
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pypatterns.course import catalog
from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Course, Exercise
from pypatterns.course.checking.client import Judge
from pypatterns.course.checking.judge import sandbox
from pypatterns.course.checking.judge.drivers import preload_of
from pypatterns.course.checking.report.model import Report, Sandbox, Verdict
from pypatterns.course.errors import CourseError
from pypatterns.course.grading import private
from pypatterns.course.grading.blanks import asked_for, package_without
from pypatterns.course.grading.private import Files

Data = Mapping[str, Any]


class Stopped(Exception):
    """The batch was interrupted: this task has no result, and the next run does it."""


@dataclass(frozen=True, slots=True)
class Task:
    """One learner's answers to grade.

    `course` is the course's folder; where there is none of that name, the installed one is taken. `checks` are the files of an
    instructor's own checks, `expected` the fingerprint of the checks of each exercise that is graded: a machine that has others must not mark.
    """

    learner: str
    course: str
    answers: tuple[Data, ...]
    expected: Mapping[str, str]
    seed: int
    sandbox: str
    checks: Files
    versions: Mapping[str, str]


def as_data(answer: Answer) -> dict[str, Any]:
    """An answer as plain data, whichever fields it has."""
    values = {field.name: getattr(answer, field.name) for field in fields(answer)}
    return {
        name: dict(value) if isinstance(value, Mapping) else value for name, value in values.items()
    }


def hash_of(answer: Data) -> str:
    """A hash of all that an answer brings to its checks."""
    text = json.dumps(answer, sort_keys=True, default=list)  # ASCII: a lone surrogate is no trouble
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def versions() -> dict[str, str]:
    """What runs the checks; a mark from another version is computed anew."""
    python = ".".join(platform.python_version_tuple()[:2])
    return {"python": python, "pypatterns": version("pypatterns")}


def grade_one(task: Task) -> dict[str, Any]:
    """Check a learner's answers, one after the other. The result: `learner`, and `reports` by exercise."""
    if unfit := _unfit(task):
        return {"learner": task.learner, "reports": lost(task, unfit)}
    bench = _bench(task)
    given = [Answer(**each) for each in task.answers]
    graded = [bench.course.exercise(name) for name in task.expected]
    lessons = {bench.course.exercise(each.exercise).lesson for each in given}
    # The same for all who answer these lessons, so that the sandbox for the next learner can be started ahead.
    needed = (preload_of(each) for each in graded if each.lesson in lessons)
    preload = tuple(sorted(set().union(*needed)))
    reports = {each.exercise: bench.check(each, task, preload) for each in given}
    return {"learner": task.learner, "reports": _plain(reports)}


def lost(task: Task, message: str) -> dict[str, Any]:
    """The reports of a task that nobody could carry out: our fault, and no marks."""
    return _plain({each["exercise"]: _ours(each["exercise"], message) for each in task.answers})


def close_judges(*, for_good: bool = False) -> None:
    """End the judges of all threads. `for_good`: tasks that still run raise `Stopped` instead of starting new ones."""
    if for_good:
        _stopping.set()
    with _lock:
        benches = list(_benches)
        _benches.clear()
    for bench in benches:
        bench.close()


def begin() -> None:
    """Let tasks run again after `close_judges(for_good=True)`."""
    _stopping.clear()


class Bench:
    """A judge, warm for one course, sandbox and set of checks."""

    def __init__(self, key: object, course: Course, checks: Files, box: str) -> None:
        self.key = key
        self._hopeless: set[str] = set()  # exercises that a new judge could not check either
        self._stack = ExitStack()
        self.course = self._stack.enter_context(private.laid_out(course, checks))
        shown = None
        if box != Sandbox.NONE:
            shown = self._stack.enter_context(package_without(asked_for(self.course)))
        judge = Judge(self.course, sandbox=Sandbox(box), package=shown)
        self._judge = self._stack.enter_context(judge)

    def check(self, answer: Answer, task: Task, preload: tuple[str, ...]) -> Report:
        """One report. Where our own part failed it is tried once more, by a new judge: the first may have been killed."""
        exercise = self.course.exercise(answer.exercise)
        if private.fingerprint(self.course, exercise) != task.expected[exercise.name]:
            return _ours(exercise.name, OTHER_CHECKS.format(platform.node()))
        report = self._check(answer, exercise, task, preload)
        if report.verdict is Verdict.INFRASTRUCTURE and exercise.name not in self._hopeless:
            self._judge.close()
            report = self._check(answer, exercise, task, preload)
            if report.verdict is Verdict.INFRASTRUCTURE:
                self._hopeless.add(exercise.name)
        return report

    def close(self) -> None:
        """End the judge and everything below it."""
        self._stack.close()

    def _check(
        self, answer: Answer, exercise: Exercise, task: Task, preload: tuple[str, ...]
    ) -> Report:
        if _stopping.is_set():
            raise Stopped
        report = self._judge.check(
            answer, exercise, seed=task.seed, submission=task.learner, preload=preload
        )
        if _stopping.is_set():  # the judge may have been ended in the middle
            raise Stopped
        return report


OTHER_CHECKS = "{}: the checks here are not those that this class is graded with; install the same course there, or wait until nobody edits it, and run the command again"

_stopping = threading.Event()
_lock = threading.Lock()
_benches: set[Bench] = set()
_mine = threading.local()


def _bench(task: Task) -> Bench:
    """This thread's bench: the one that it has, if that was made for the same."""
    key = (task.course, task.sandbox, hash(frozenset(task.checks.items())))
    bench: Bench | None = getattr(_mine, "bench", None)
    if bench is None or bench.key != key or bench not in _benches:
        if bench is not None:
            bench.close()
        bench = _mine.bench = Bench(key, _course(task.course), task.checks, task.sandbox)
        with _lock:
            _benches.add(bench)
    return bench


def _course(root: str) -> Course:
    there = Path(root, catalog.FILE).is_file()
    return catalog.load(Path(root) if there else None)


def _unfit(task: Task) -> str:
    """Why this machine cannot grade the task; "" if it can."""
    if (mine := versions()) != dict(task.versions):
        return f"{platform.node()} has {_told(mine)}, and this class is graded with {_told(task.versions)}"
    if task.sandbox != Sandbox.NONE and (reason := sandbox.available()):
        return f"{platform.node()}: {reason}"
    try:
        _course(task.course)
    except CourseError as error:
        return f"{platform.node()}: {error}"
    return ""


def _told(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(versions.items()))


def _ours(exercise: str, message: str) -> Report:
    return Report(exercise, Verdict.INFRASTRUCTURE, message=message)


def _plain(reports: Mapping[str, Report]) -> dict[str, Any]:
    """Plain data: enumerations and tuples of ours become strings and lists."""
    return {name: json.loads(json.dumps(report.to_dict())) for name, report in reports.items()}
