"""The batch: N submissions in, N results out, whatever they hold.

>>> outcome = grade(course, Wishes(submissions=Path("class"), out=Path("marks")))
>>> outcome.exit_code, outcome.summary()

Each submission is read when its turn comes, graded wherever the crew is, and written before it is forgotten. Only what has
changed since the last run is graded: its answers, the checks, the versions or the seed. A run that ends early, however it
does, has lost nothing; the same command goes on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pypatterns.course.catalog import Course, Exercise
from pypatterns.course.checking.judge import sandbox
from pypatterns.course.errors import CourseError, NoSandbox
from pypatterns.course.grading import (
    crews,
    feedback,
    gradescope,
    junit,
    private,
    record,
    submissions,
    tasks,
)
from pypatterns.course.grading.crews import Crew, Gone
from pypatterns.course.grading.gradebook import Gradebook, reasons
from pypatterns.course.grading.ledger import FEEDBACK, GRADESCOPE, Ledger, NotWritten, file_name
from pypatterns.course.grading.outcome import Outcome
from pypatterns.course.grading.private import Files
from pypatterns.course.grading.reading import NoRoom, Submission, read
from pypatterns.course.grading.record import Batch
from pypatterns.course.grading.submissions import Handed
from pypatterns.course.grading.tasks import Task

LOOK = 2.0  # seconds from one look after the crew to the next
TRIES = 2  # of a task that is lost with its worker

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command was asked for."""

    submissions: Path
    out: Path
    jobs: int = 1
    sandbox: str = "auto"
    lessons: tuple[str, ...] = ()
    checks: Path | None = None
    fresh: bool = False
    seed: int | None = None
    scheduler: str = ""


class Hears(Protocol):
    """Whoever watches a run: progress.Progress, or a fake of it."""

    def begin(self, of: int) -> None:
        """So many submissions there are."""

    def step(self, *, reused: bool = False) -> None:
        """One more submission is done."""

    def say(self, words: str) -> None:
        """A sentence that stays."""

    def close(self) -> None:
        """There is no more to say."""


def grade(course: Course, wishes: Wishes, hears: Hears) -> Outcome:
    """Grade a class. Raises `CourseError` before anything is graded if it was asked for something that cannot be."""
    exercises = course.select(wishes.lessons)
    _refuse_overlap(wishes.submissions, wishes.out)
    files = private.read(wishes.checks, course)
    _refuse_without_checks(course, exercises, files)
    handed = submissions.handed_in(wishes.submissions, course)
    box = _sandbox(wishes.sandbox)
    with (
        private.laid_out(course, files) as checked,
        Ledger(wishes.out, course, wishes.submissions) as ledger,
    ):
        chosen = tuple(checked.exercise(each.name) for each in exercises)
        learners = [each.learner for each in handed]
        with _crew(wishes) as crew:
            ledger.open(learners, wishes.seed)
            batch = Batch(
                course=course.title,
                exercises=chosen,
                checks={each.name: private.fingerprint(checked, each) for each in chosen},
                private=private.exercises_of(files),
                seed=ledger.seed,
                sandbox=box,
                versions=tasks.versions(),
            )
            book = Gradebook(learners, chosen)
            run = Run(course, batch, ledger, book, files=files, hears=hears, fresh=wishes.fresh)
            run.outcome.learners = len(handed)
            hears.begin(len(handed))
            run.all_of(handed, crew)
        run.close(learners)
        hears.close()
    return run.outcome


def _sandbox(wish: str) -> str:
    try:
        return str(sandbox.chosen(wish))
    except NoSandbox as error:
        raise CourseError(
            f"{error} If you trust everybody whose answers these are, --sandbox none grades without one."
        ) from None


def _crew(wishes: Wishes) -> AbstractContextManager[Crew]:
    return crews.cluster(wishes.scheduler) if wishes.scheduler else crews.here(wishes.jobs)


def _refuse_without_checks(course: Course, exercises: Sequence[Exercise], files: Files) -> None:
    """A released course has none of its own, and a class must not learn that when all is graded."""
    own = private.exercises_of(files)
    without = [each.name for each in exercises if each.name not in own]
    if course.released and without:
        raise CourseError(
            f"this is a released course, without checks of {', '.join(without)}; grade in the whole course, or name its "
            "tests/exercises with --checks"
        )


def _refuse_overlap(where: Path, out: Path) -> None:
    if out.resolve().is_relative_to(where.resolve()):
        raise CourseError(
            f"--out {out} lies in {where}, where it would be taken for a submission; name a folder beside it"
        )


@dataclass(slots=True)
class _Waiting:
    """A submission whose answers are being graded. `kept` are the reports that an earlier run has."""

    submission: Submission
    task: Task
    kept: dict[str, Mapping[str, Any]]
    tries: int = 1


class Run:
    """One batch under way."""

    def __init__(
        self,
        course: Course,
        batch: Batch,
        ledger: Ledger,
        book: Gradebook,
        *,
        files: Files,
        hears: Hears,
        fresh: bool,
    ) -> None:
        self.outcome = Outcome()
        self._course = course
        self._batch = batch
        self._files = files
        self._ledger = ledger
        self._book = book
        self._hears = hears
        self._fresh = fresh
        self._waiting: dict[Future[Data], _Waiting] = {}

    def all_of(self, handed: Sequence[Handed], crew: Crew) -> None:
        """Grade them all, a few at a time. An interrupt keeps what is done."""
        try:
            for each in handed:
                self._start(each, crew)
                while len(self._waiting) >= crew.ahead:
                    self._collect(crew)
            while self._waiting:
                self._collect(crew)
        except KeyboardInterrupt:
            self.outcome.stopped = "interrupted; the same command goes on from here"
        except (Gone, NotWritten, NoRoom) as error:
            self.outcome.stopped = str(error)
        if self.outcome.stopped:
            self._abandon(crew)

    def close(self, learners: Sequence[str]) -> None:
        """What is made of all records: the gradebook once more, JUnit."""
        try:
            self._ledger.write("gradebook.csv", self._book.csv())
            self._ledger.write_lines("junit.xml", junit.lines(self._ledger.records(learners)))
        except NotWritten as error:
            self.outcome.stopped = self.outcome.stopped or str(error)

    def _start(self, handed: Handed, crew: Crew) -> None:
        submission = self._read(handed)
        given = {name: tasks.as_data(answer) for name, answer in submission.answers.items()}
        old = None if self._fresh else self._ledger.earlier(handed.learner)
        kept = {
            name: report
            for name, answer in given.items()
            if (report := record.reusable(old, name, answer, self._batch)) is not None
        }
        todo = tuple(answer for name, answer in given.items() if name not in kept)
        task = Task(
            learner=handed.learner,
            course=str(self._course.root),
            answers=todo,
            expected=self._batch.checks,
            seed=self._batch.seed,
            sandbox=self._batch.sandbox,
            checks=self._files,
            versions=self._batch.versions,
        )
        waiting = _Waiting(submission, task, kept)
        if todo:
            self._waiting[crew.executor.submit(tasks.grade_one, task)] = waiting
        else:
            self._finish(waiting, {}, old)

    def _read(self, handed: Handed) -> Submission:
        try:
            return read(handed, self._course, self._batch.exercises)
        except NoRoom:
            raise
        except Exception as error:  # noqa: BLE001 - what nobody foresaw costs this learner a look, and no other anything
            return Submission(
                handed.learner, refused=(f"it cannot be read: {type(error).__name__}: {error}",)
            )

    def _collect(self, crew: Crew) -> None:
        """Wait for some to end, and write them down."""
        done, _ = wait(self._waiting, timeout=LOOK, return_when=FIRST_COMPLETED)
        for future in done:
            waiting = self._waiting.pop(future)
            try:
                reports = future.result()["reports"]
            except Exception as error:  # noqa: BLE001 - its worker died, or the crew is gone
                crew.look()
                self._again(waiting, error, crew)
            else:
                self._finish(waiting, reports, None)
        if not done:
            crew.look()

    def _again(self, waiting: _Waiting, error: Exception, crew: Crew) -> None:
        """A task that was lost goes out once more; lost twice, it is our fault, and the batch goes on."""
        if waiting.tries < TRIES:
            waiting.tries += 1
            self._waiting[crew.executor.submit(tasks.grade_one, waiting.task)] = waiting
            return
        words = f"The task was lost with its worker, twice ({type(error).__name__}: {error})."
        self._finish(waiting, tasks.lost(waiting.task, words), None)

    def _finish(self, waiting: _Waiting, reports: Mapping[str, Any], old: Data | None) -> None:
        made = record.of_submission(waiting.submission, {**waiting.kept, **reports}, self._batch)
        reused = made == old
        if not reused or self._ledger.lacks(made["learner"]):
            self._write(made)
        self._book.note(made)
        self._ledger.write("gradebook.csv", self._book.csv())
        self.outcome.reused += reused
        self.outcome.graded += not reused
        self._tell(made)
        self._hears.step(reused=reused)

    def _write(self, made: Data) -> None:
        """All of one learner's files; the record last, since it says that the others are there."""
        name = file_name(made["learner"])
        self._ledger.write(f"{FEEDBACK}/{name}.html", feedback.page(made))
        self._ledger.write(f"{GRADESCOPE}/{name}.json", gradescope.results(made))
        self._ledger.keep(made)

    def _tell(self, made: Data) -> None:
        """Note what a person must look at; a fault of ours is said once, when it first comes up."""
        learner = made["learner"]
        faults = record.infrastructure(made)
        for exercise, problem in faults:
            if not self.outcome.ours[exercise, problem]:
                self._hears.say(f"OUR FAULT, no mark: {exercise}: {problem} (first for {learner})")
            self.outcome.ours[exercise, problem] += 1
        if faults:
            self.outcome.whose[learner] = [exercise for exercise, _ in faults]
        others = [why for why in reasons(made) if not any(fault in why for _, fault in faults)]
        if others:
            self.outcome.refused[learner] = others

    def _abandon(self, crew: Crew) -> None:
        """End what runs; what has ended by now still counts, if it can be written."""
        crew.abandon()
        for future in [each for each in self._waiting if each.done() and not each.cancelled()]:
            waiting = self._waiting.pop(future)
            with suppress(Exception):
                self._finish(waiting, future.result()["reports"], None)
