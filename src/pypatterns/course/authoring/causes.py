"""Measure how well the likely causes fit: over the known wrong answers, some of their mutants, and mutants of the solutions.

>>> shares = measure(course, course.exercises, judge=judge)
>>> print(shares.said())

Two shares count. How often is an answer offered its own belief first, or one that the checks cannot tell from it? And how often is
it offered a cause that names a construct which does not stand in it? Both are given as they would be without `seen_in:`, too.

A mutant of a wrong answer counts for the first share if the belief still fits it: all of its checks fail, in its way, and some
other behaviour holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from pypatterns.course.answers import Answer
from pypatterns.course.authoring.cases import collect
from pypatterns.course.authoring.findings import Case
from pypatterns.course.authoring.kept import Kept
from pypatterns.course.authoring.mutants import mutants, thinned
from pypatterns.course.authoring.mutation_run import given_to_learners, not_mutated
from pypatterns.course.catalog import Course, Exercise
from pypatterns.course.checking.judge.misconceptions import causes_of, written_in
from pypatterns.course.checking.report.model import CheckResult, Report
from pypatterns.course.known_answers import KnownAnswer, known_answers

Say = Callable[[object], None]
OF_EACH_WRONG = 1  # mutants of each known wrong answer
OF_THE_SOLUTION = 8
RAISED = re.compile(r"(?P<how>It|Using your answer as the prompt says) raised (?P<type>\w+)")
AIM_OWN, AIM_ABSENT = 0.9, 0.0


class Checker(Protocol):
    """What a measurement needs of a judge."""

    def check(self, answer: Answer, exercise: Exercise, /) -> Report:
        """Check one answer, with all of its checks."""


@dataclass
class Share:
    """How many of how many."""

    hits: int = 0
    of: int = 0

    def count(self, is_hit: bool) -> None:
        """One more, and whether it is a hit."""
        self.hits += is_hit
        self.of += 1

    @property
    def value(self) -> float:
        """The share; 0 of nothing."""
        return self.hits / self.of if self.of else 0.0

    def __str__(self) -> str:
        return f"{self.hits} of {self.of} ({self.value:.1%})"


@dataclass
class Shares:
    """Both shares, by what they were counted over, with `seen_in:` and without it; and each answer that missed."""

    own: dict[tuple[str, str], Share] = field(default_factory=dict)
    absent: dict[tuple[str, str], Share] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)

    def said(self) -> str:
        """A line for each share."""
        own = [f"own belief first, {of}, {how}: {share}" for (of, how), share in self.own.items()]
        absent = [
            f"names what is absent, {of}, {how}: {share}"
            for (of, how), share in self.absent.items()
        ]
        return "\n".join([*own, *absent])

    @property
    def holds(self) -> bool:
        """Whether both aims are met, with `seen_in:`."""
        own = [share for (_, how), share in self.own.items() if how == WITH]
        absent = [share for (_, how), share in self.absent.items() if how == WITH]
        hits, of = sum(share.hits for share in own), sum(share.of for share in own)
        return hits >= AIM_OWN * of and sum(share.hits for share in absent) == 0


WITH, WITHOUT = "with seen_in", "without"
KNOWN, OF_WRONG, OF_SOLUTION = "known wrong answers", "mutants of them", "mutants of solutions"


@dataclass(frozen=True, slots=True)
class _Asked:
    """One answer to be measured: what kind it is, and whose belief it holds, if that is known."""

    kind: str
    answer: Answer
    name: str
    own: str = ""


def measure(
    course: Course,
    exercises: Sequence[Exercise],
    *,
    judge: Checker,
    jobs: int = 1,
    fresh: bool = False,
    say: Say = lambda _: None,
) -> Shares:
    """Count both shares. Reports are kept, so that the measurement can be repeated after a change of the beliefs alone."""
    shares = Shares()
    for exercise in exercises:
        kept = Kept.of("causes", exercise, fresh=fresh, verdicts_only=True)
        beliefs = {each.name: each for each in known_answers(exercise) if not each.right}
        cases, _ = collect(course, exercise)
        given = given_to_learners(cases)
        asked = [each for case in cases for each in _asked(case, exercise, given)]

        def report(each: _Asked, exercise: Exercise = exercise, kept: Kept = kept) -> Report:
            known = kept.get(each.answer)
            return known or kept.put(each.answer, judge.check(each.answer, exercise))

        with ThreadPoolExecutor(jobs, "cause") as threads:
            for each, came in zip(asked, threads.map(report, asked), strict=True):
                _count(shares, exercise, beliefs, each, came)
        say(f"{exercise.name}: {len(asked)} answers")
    return shares


def _asked(case: Case, exercise: Exercise, given: str) -> Iterator[_Asked]:
    """The answers that one case gives: itself, if it is wrong, and some of its mutants."""
    is_wrong = case.name.startswith("wrong_")
    if is_wrong:
        yield _Asked(KNOWN, case.answer, case.name, case.name)
    if not_mutated(exercise) or not (is_wrong or case.name == "solution"):
        return
    made = mutants(case.answer.source, given=given)
    kind, most, own = (
        (OF_WRONG, OF_EACH_WRONG, case.name) if is_wrong else (OF_SOLUTION, OF_THE_SOLUTION, "")
    )
    for mutant in thinned(made, most):
        name = f"{case.name}, {mutant.kind} in {mutant.where}"
        yield _Asked(kind, replace(case.answer, source=mutant.source), name, own)


def _count(
    shares: Shares,
    exercise: Exercise,
    beliefs: Mapping[str, KnownAnswer],
    each: _Asked,
    report: Report,
) -> None:
    events = [_event(check) for check in report.checks]
    written = written_in(each.answer)
    own = beliefs.get(each.own)
    fitting = {cause.name for cause in causes_of(exercise, events)}
    counts = each.kind == KNOWN or each.own in fitting
    for how, answer in ((WITHOUT, None), (WITH, each.answer)):
        first = next(iter(causes_of(exercise, events, answer)), None)
        offered = beliefs[first.name] if first else None
        if own is not None and counts:
            is_own = offered is not None and _alike(own, offered, how, written.hold_all)
            shares.own.setdefault((each.kind, how), Share()).count(is_own)
            if not is_own and how == WITH:
                got = offered.name if offered else "nothing"
                shares.missed.append(f"{exercise.name} {each.name}: offered {got}")
        if offered is not None:
            is_absent = not written.hold_all(offered.seen_in)
            shares.absent.setdefault((each.kind, how), Share()).count(is_absent)


def _alike(
    own: KnownAnswer, offered: KnownAnswer, how: str, hold: Callable[[Sequence[str]], bool]
) -> bool:
    """Whether the offered belief is the answer's own, or one that fails the same checks in the same way and fits it as well."""
    if own.name == offered.name:
        return True
    same = (own.fails, own.says) == (offered.fails, offered.says)
    return same and (how == WITHOUT or hold(offered.seen_in))


def _event(check: CheckResult) -> dict[str, Any]:
    """The event that a check's result came as, as far as causes ask for it."""
    raised = RAISED.match(check.message)
    is_raised = raised and (check.lines or raised["how"] != "It")
    return {
        "event": "check",
        "name": check.name,
        "verdict": check.verdict,
        "message": check.message,
        "lines": check.lines,
        "raised": raised["type"] if raised and is_raised else "",
    }
