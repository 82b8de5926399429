"""Have the mutants of an exercise's answers checked: a mutant that passes shows what no check looks at.

>>> with JudgePool(course, jobs=2) as judge:
...     outcome = run(course, course.exercises, judge=judge, say=print)
>>> outcome.holds
True

Of the solution, each survivor needs its reason in survivors.toml (survivors.py). Of the other right answers, survivors are
counted. Of all of them a fault of ours is a complaint, and so is a verdict that another run does not repeat.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Protocol

from pypatterns.course import signatures
from pypatterns.course.answers import Answer
from pypatterns.course.authoring import survivors
from pypatterns.course.authoring.cases import collect
from pypatterns.course.authoring.findings import Case, Complaint, failed_by
from pypatterns.course.authoring.kept import Kept
from pypatterns.course.authoring.mutants import Mutant, diff, mutants
from pypatterns.course.catalog import Course, Exercise
from pypatterns.course.checking.report.model import Report, Verdict
from pypatterns.course.errors import CourseError

Say = Callable[[object], None]
MOST_OF_OTHERS = 40  # mutants of a right answer beside the solution
ASKED_TWICE = (Verdict.PASS, Verdict.INFRASTRUCTURE)


class Checker(Protocol):
    """What a run needs of a judge."""

    def check(self, answer: Answer, exercise: Exercise, /, *, stop_at_first: bool) -> Report:
        """Check one answer up to its first failed check."""


@dataclass
class Outcome:
    """The complaints, and for each exercise how many mutants ended how."""

    complaints: list[Complaint] = field(default_factory=list)
    counts: dict[str, Counter[str]] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether every survivor has its reason, and nothing was a fault of ours."""
        return not self.complaints

    def summary(self) -> str:
        """One line for each exercise."""
        return "\n".join(
            f"{name}: {', '.join(f'{number} {what}' for what, number in counts.items())}"
            for name, counts in self.counts.items()
        )


@dataclass(frozen=True, slots=True)
class _Checked:
    """A mutant and its report; `flip` if two runs did not agree."""

    mutant: Mutant
    report: Report
    flip: str = ""


def run(
    course: Course,
    exercises: Sequence[Exercise],
    *,
    judge: Checker,
    jobs: int = 1,
    fresh: bool = False,
    others: bool = True,
    say: Say = lambda _: None,
) -> Outcome:
    """Check the mutants of these exercises; `say` hears what is under way.

    `others` takes the other right answers in. Results are kept, so that a stopped run goes on where it was; `fresh` starts over.
    """
    outcome = Outcome()
    for exercise in exercises:
        if reason := not_mutated(exercise):
            say(f"{exercise.name}: not mutated, {reason}")
            continue
        cases, _ = collect(course, exercise)
        given = given_to_learners(cases)
        kept = Kept.of("mutants", exercise, fresh=fresh, verdicts_only=True)
        with ThreadPoolExecutor(jobs, "mutant") as threads:
            one = _Exercise(exercise, judge, kept, threads, say, outcome, given)
            for case in cases:
                if case.name == "solution":
                    one.solution(case)
                elif others and case.name.startswith("right_"):
                    one.other(case)
        say(f"{exercise.name}: {_in_words(outcome.counts.get(exercise.name, Counter()))}")
    return outcome


def not_mutated(exercise: Exercise) -> str:
    """Why an exercise has no mutants; "" if it has."""
    if exercise.form == "text":
        return "since its answers are text that no process imports"
    if exercise.form == "folder":
        return "since its answers are files for tools"
    if not signatures.asks_for_names(exercise.signature_file):
        return "since its answers are suites of tests"
    return ""


def given_to_learners(cases: Sequence[Case]) -> str:
    """What learners begin with: its functions, classes and tables are nobody's answer."""
    return next((case.answer.source for case in cases if case.name == "starter"), "")


@dataclass
class _Exercise:
    """The run of one exercise."""

    exercise: Exercise
    judge: Checker
    kept: Kept
    threads: ThreadPoolExecutor
    say: Say
    outcome: Outcome
    given: str

    def solution(self, case: Case) -> None:
        """Each survivor of the solution has its reason, and each reason its survivor."""
        try:
            known = survivors.read(self.exercise)
        except CourseError as error:
            complaint = case.complain("reasons that can be read", str(error), "Mend the file.")
            self.outcome.complaints.append(complaint)
            return
        made = mutants(case.answer.source, given=self.given)
        checked = list(self._checked(case, made))
        alive = [each.mutant for each in checked if each.report.verdict is Verdict.PASS]
        reasons = {each.key: each for each in known if each.holds_here}
        for mutant in alive:
            reason = reasons.get(mutant.key)
            self._count(f"survived ({reason.why})" if reason else "survived without a reason")
            if reason is None:
                self.outcome.complaints.append(_unexplained(case, mutant))
        self.outcome.complaints += survivors.stale(self.exercise, known, made, alive)

    def other(self, case: Case) -> None:
        """Survivors of another right answer are counted."""
        made = mutants(case.answer.source, MOST_OF_OTHERS, given=self.given)
        for each in self._checked(case, made, "of others "):
            if each.report.verdict is Verdict.PASS:
                self._count("of others survived")

    def _checked(self, case: Case, made: Sequence[Mutant], of: str = "") -> Iterator[_Checked]:
        """Check the mutants, complain of what is never right, and count."""
        self._count(f"{of}made", len(made))
        results = self.threads.map(lambda mutant: self._check(case, mutant), made)
        for number, each in enumerate(results, start=1):
            self.outcome.complaints += _never_right(case, each)
            if each.report.verdict is Verdict.INFRASTRUCTURE:
                self._count(f"{of}INFRASTRUCTURE")
            elif each.report.verdict is not Verdict.PASS:
                self._count(f"{of}killed")
            if number % 20 == 0 or number == len(made):
                self.say(f"{self.exercise.name} {case.name}: {number} of {len(made)} mutants")
            yield each

    def _check(self, case: Case, mutant: Mutant) -> _Checked:
        """One mutant. What passed, or was a fault of ours, is asked once more."""
        answer = replace(case.answer, source=mutant.source)
        if report := self.kept.get(answer):
            return _Checked(mutant, report)
        report = self.judge.check(answer, self.exercise, stop_at_first=True)
        flip = ""
        if report.verdict in ASKED_TWICE:
            again = self.judge.check(answer, self.exercise, stop_at_first=True)
            flip = _flip(report, again)
            report = again if report.verdict is Verdict.PASS else report
        return _Checked(mutant, report if flip else self.kept.put(answer, report), flip)

    def _count(self, what: str, number: int = 1) -> None:
        self.outcome.counts.setdefault(self.exercise.name, Counter())[what] += number


def _flip(one: Report, other: Report) -> str:
    if one.verdict is other.verdict:
        return ""
    return f"{_in_short(one)} and then {_in_short(other)}"


def _in_short(report: Report) -> str:
    return " ".join([str(report.verdict), *sorted(failed_by(report))])


def _unexplained(case: Case, mutant: Mutant) -> Complaint:
    """A survivor with its diff, and what would be its entry."""
    text = diff(mutant, case.answer.source)
    got = f"PASS for this mutant ({mutant.kind}, in {mutant.where}):\n{text}\n"
    mend = f"Sharpen the checks, or give the reason in {survivors.FILE}:\n{entry(mutant)}"
    return case.complain("a failed check", got, mend)


def entry(mutant: Mutant) -> str:
    """The entry of survivors.toml for a mutant, with the reason left open."""
    return (
        f"[[survivor]]\nin = \"{mutant.where}\"\nchange = '''\n{mutant.change}\n'''\n"
        'why = ""\nreason = ""\n'
    )


def _never_right(case: Case, each: _Checked) -> Iterator[Complaint]:
    text = diff(each.mutant, case.answer.source)
    if each.report.verdict is Verdict.INFRASTRUCTURE:
        told = [each.report.message, *(check.message for check in each.report.checks)]
        got = f"INFRASTRUCTURE for this mutant:\n{text}\n{' '.join(filter(None, told))}"
        mend = "This is a fault of the driver or the engine, never of an answer: mend that."
        yield case.complain("a verdict", got, mend)
    elif each.flip:
        got = f"{each.flip} for this mutant:\n{text}\n"
        mend = "A driver must hold its window open instead of hoping."
        yield case.complain("the same verdict twice", got, mend)


def _in_words(counts: Counter[str]) -> str:
    return ", ".join(f"{number} {what}" for what, number in counts.items())
