"""The grader is a pytest plugin: checks are plain test functions, and their results are events.

`pytest tests/exercises --answers FILE` checks the answers in a notebook, a .py file or a folder; without `--answers` the
solutions prove the checks. pytest_session.py runs the same plugin for the notebook and the commands, and listens to the events.

Events, as dicts: `{"event": "checks", "checks": […]}` once collected, `{"event": "start", "check": NAME, …}`,
`{"event": "check", …}` with the fields of a `CheckResult`, `{"event": "refused", …}` for an answer that was not run, and
`{"event": "stopped"}` where the session ends at its first failed check, as it was asked to.
"""

from __future__ import annotations

import random
import secrets
import zlib
from collections.abc import Callable, Generator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from pypatterns.course import answers, catalog, signatures
from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Exercise
from pypatterns.course.checking.judge.drivers import preload_of
from pypatterns.course.checking.judge.failures import CallFailed
from pypatterns.course.checking.judge.fork_worker import worker_for
from pypatterns.course.checking.judge.preflight import Refused, admit
from pypatterns.course.checking.judge.results import in_words, planned, result_of, share_of
from pypatterns.course.checking.judge.subject import Subject
from pypatterns.course.checking.judge.worker import Worker, WorkerBroken
from pypatterns.course.checking.report.model import Verdict
from pypatterns.course.errors import CourseError, NoAnswer

Emit = Callable[[dict[str, Any]], None]
WORDS = ("tea", "rice", "salt", "silk", "tin", "wool", "cocoa", "amber", "cedar", "indigo")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--answers FILE` and `--answers-seed N`."""
    group = parser.getgroup("pypatterns", "Advanced Python Patterns: exercises")
    group.addoption(
        "--answers",
        type=Path,
        metavar="FILE",
        help="check the answers in this notebook, .py file or folder (else: the solutions)",
    )
    group.addoption(
        "--answers-seed",
        type=int,
        metavar="N",
        help="the seed of the checks' inputs, to repeat a run",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Serve the checks of a course, unless a session has brought a `Checks` of its own."""
    if not config.pluginmanager.has_plugin(Checks.NAME):
        given = _given(config.getoption("answers"))
        checks = Checks(given=given, seed=config.getoption("answers_seed"))
        config.pluginmanager.register(checks, Checks.NAME)


def _given(source: Path | None) -> Mapping[str, Answer] | None:
    """The answers that `--answers` names; a slip is wrong use, told once."""
    try:
        return (
            {each.exercise: each for each in answers.read(source, catalog.load())}
            if source
            else None
        )
    except CourseError as error:
        raise pytest.UsageError(str(error)) from None


class Checks:
    """One run: which answer stands for which exercise, and where events go."""

    NAME = "pypatterns-checks"

    def __init__(
        self,
        *,
        course: catalog.Course | None = None,
        given: Mapping[str, Answer] | None = None,
        worker: Worker | None = None,
        seed: int | None = None,
        emit: Emit | None = None,
        stop_at_first: bool = False,
    ) -> None:
        self._course = course
        self._given = given
        self._worker = worker
        self._own_worker = worker is None
        self._emit = emit
        self._stop_at_first = stop_at_first
        self._subjects: dict[str, Subject | Refused] = {}
        self.__name__ = self.NAME  # what pytest's plugin manager calls it
        self._points: dict[str, float] = {}
        self.broken = ""  # why the checks themselves could not be collected
        self.seed = secrets.randbits(32) if seed is None else seed

    # What pytest asks

    @pytest.hookimpl
    def pytest_report_header(self) -> str:
        """Say the seed, so that a run can be repeated."""
        return f"answers: seed {self.seed}"

    @pytest.hookimpl
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put the generated check of the signature, where there is one, before an exercise's own checks, in however many files they stand."""
        modules: dict[Path, pytest.Module] = {}
        for item in items:
            module = item.getparent(pytest.Module)
            if module is not None and self.exercise_of(item) is not None:
                modules.setdefault(item.path.parent, module)
        for folder, module in modules.items():
            if not signatures.asks_for_names(folder / "signature.pyi"):
                continue
            first = next(index for index, item in enumerate(items) if item.path.parent == folder)
            items.insert(
                first, SignatureCheck.from_parent(module, name=signatures.NAME, checks=self)
            )

    @pytest.hookimpl
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Tell which checks there are and what each is worth."""
        if self._emit is None:
            return
        names = [item.name for item in session.items]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            self.broken = f"Two checks have one name: {', '.join(twice)}. Rename one of each."
        shares = [share_of(item) for item in session.items]
        whole = sum(shares) or 1.0
        exercise = self.exercise_of(session.items[0]) if session.items else None
        points = exercise.points if exercise else 0.0
        if exercise is not None:
            try:
                self.subject(exercise)
            except (CourseError, WorkerBroken) as error:
                self.broken = str(error)
        self._points = {
            item.name: points * share / whole
            for item, share in zip(session.items, shares, strict=True)
        }
        self._emit(
            {
                "event": "checks",
                "checks": [
                    planned(item) | {"max_points": self._points[item.name]}
                    for item in session.items
                ],
            }
        )

    @pytest.hookimpl
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Remember checks that cannot be collected: that is never the answer's doing."""
        if report.failed:
            self.broken = str(report.longrepr)[-2000:]

    @pytest.hookimpl
    def pytest_runtestloop(self) -> bool | None:
        """For a session that listens: an answer that cannot be checked is told once, and no check runs."""
        if self.broken and self._emit is not None:
            return True
        refused = next(
            (subject for subject in self._subjects.values() if isinstance(subject, Refused)), None
        )
        if refused is None or self._emit is None:
            return None
        self._emit({"event": "refused", **asdict(refused)})
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Tell that a check starts; one without an answer to check is skipped, with the reason."""
        exercise = self.exercise_of(item)
        if exercise is None:
            return
        if self._emit is not None:
            self._emit({**planned(item), "event": "start"})
        try:
            subject = self.subject(exercise)
        except NoAnswer as error:
            if self._given is None:  # a solution is missing, and that must not pass for a proof
                raise
            pytest.skip(str(error))
        if isinstance(subject, Refused):
            pytest.fail(f"{subject.verdict}: {subject.message}", pytrace=False)
        subject.called = subject.output = ""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Tell what came of a check."""
        report = yield
        if call.excinfo is not None and isinstance(call.excinfo.value, CallFailed):
            report.longrepr = in_words(call.excinfo.value)
        if self._emit is not None and (
            call.when == "call" or (call.when == "setup" and call.excinfo)
        ):
            raised = getattr(call.excinfo and call.excinfo.value, "raised", "")
            result = result_of(item, call, self._asked(item), self._points.get(item.name, 0.0))
            self._emit({"event": "check", **asdict(result), "raised": raised})
            if self._stop_at_first and result.verdict is not Verdict.PASS:
                self._emit({"event": "stopped"})
                item.session.shouldstop = f"{item.name} did not pass"
        return report

    @pytest.hookimpl
    def pytest_unconfigure(self) -> None:
        """End the worker that this run started."""
        if self._own_worker and self._worker is not None:
            self._worker.close()
            self._worker = None

    # What checks ask

    @pytest.fixture
    def answer(self, request: pytest.FixtureRequest) -> Subject:
        """The answer to check: `answer.run("driver", **inputs)` and `answer.call("name", *args)` give plain data."""
        exercise = self.exercise_of(request.node)
        if exercise is None:
            raise pytest.UsageError(
                "the fixture 'answer' is for the checks of an exercise, in tests/exercises"
            )
        subject = self.subject(exercise)
        assert isinstance(subject, Subject)  # the set-up of a check refuses all others
        return subject

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> random.Random:
        """Random inputs: they vary from run to run, and the run's seed repeats them, whichever checks run."""
        return random.Random(self.seed ^ zlib.crc32(request.node.name.encode()))

    @pytest.fixture
    def word(self, rng: random.Random) -> str:
        """A word that no answer can know beforehand: "tea-4821"."""
        return f"{rng.choice(WORDS)}-{rng.randrange(1000, 10000)}"

    # What both need

    @property
    def course(self) -> catalog.Course:
        """The course whose checks these are."""
        if self._course is None:
            self._course = catalog.load()
        return self._course

    def exercise_of(self, item: pytest.Item | pytest.Collector) -> Exercise | None:
        """The exercise that a check belongs to, by the folder that it stands in; None for other tests."""
        folder = item.path.parent
        if (
            self._course is None
            and not (folder / "drive.py").is_file()
            and not (folder / "signature.pyi").is_file()
        ):
            return None
        return next(
            (exercise for exercise in self.course.exercises if exercise.checks == folder), None
        )

    def subject(self, exercise: Exercise) -> Subject | Refused:
        """The exercise's answer, admitted once and then ready to be asked. Raises `CourseError` if there is none."""
        if exercise.name not in self._subjects:
            subject = Subject(self._answer(exercise), exercise, self._start_worker())
            self._subjects[exercise.name] = admit(subject, self.course) or subject
        return self._subjects[exercise.name]

    def _asked(self, item: pytest.Item) -> Subject | None:
        """The answer that a check has asked, if it was admitted."""
        exercise = self.exercise_of(item)
        subject = self._subjects.get(exercise.name) if exercise else None
        return subject if isinstance(subject, Subject) else None

    def _answer(self, exercise: Exercise) -> Answer:
        """The answer that was given; where none were given at all, the solution."""
        given = self._given
        if given is None:
            solution = self.course.lesson(exercise.lesson).solution
            given = {answer.exercise: answer for answer in answers.read(solution, self.course)}
        if exercise.name not in given:
            raise NoAnswer(f"no answer to {exercise.name} was given")
        return given[exercise.name]

    def _start_worker(self) -> Worker:
        if self._worker is None:
            modules = (preload_of(exercise) for exercise in self.course.exercises)
            self._worker = worker_for(sorted(set().union(*modules)))
        return self._worker


class SignatureCheck(pytest.Item):
    """The generated first check of every exercise."""

    def __init__(self, *, checks: Checks, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._checks = checks

    @property
    def behaviour(self) -> str:
        """The sentence that a function's docstring holds."""
        return signatures.BEHAVIOUR

    def runtest(self) -> None:
        """Look at what the answer defines."""
        exercise = self._checks.exercise_of(self)
        assert exercise is not None
        subject = self._checks.subject(exercise)
        assert isinstance(subject, Subject)
        wanted = signatures.read(exercise.signature_file)
        if exercise.form == "text":
            seen = signatures.look(wanted, subject.answer.source)
        else:
            seen = subject.look([each.as_input() for each in wanted])
        complaint = signatures.complaint(wanted, seen)
        assert not complaint, complaint

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where pytest says that it stands."""
        return self.path, 0, self.name
