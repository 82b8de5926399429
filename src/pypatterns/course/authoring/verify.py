"""The gate: prove each exercise's checks with answers whose verdict is known.

Through the real judge: the solution and every `right_*` pass, the starter counts as not started, every `wrong_*` fails
what it must and nothing that it may not, and every check is failed by some wrong answer. The generated check of the
signature is proven by an answer that the gate plants itself: the solution with one more required parameter. Two more, with
`return None` and `raise NotImplementedError` in each function, prove that an answer which does nothing, and gives a driver nothing to
go on, passes no check that asks for work, and is no fault of ours. So does one more for each generator, which yields nothing, and
for each class, whose methods do nothing.

>>> with Judge() as judge:
...     proof = verify(course, judge=judge, on_result=print)
>>> proof.holds
True
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from functools import partial
from typing import Protocol

from pypatterns.course.answers import Answer
from pypatterns.course.authoring import shape
from pypatterns.course.authoring.busy import busy_cores
from pypatterns.course.authoring.cases import collect, enough
from pypatterns.course.authoring.findings import Case, Complaint, Proof, Result
from pypatterns.course.authoring.judging import judged, unsteady
from pypatterns.course.authoring.kept import Kept
from pypatterns.course.catalog import Course, Exercise
from pypatterns.course.checking.report.model import Report
from pypatterns.course.errors import UnknownName, closest


class Checker(Protocol):
    """What the gate needs of a judge."""

    def check(self, answer: Answer, exercise: Exercise, /) -> Report:
        """Check one answer."""


def verify(
    course: Course,
    exercises: Sequence[Exercise] | None = None,
    *,
    judge: Checker,
    jobs: int = 1,
    repeat: int = 1,
    busy: bool = False,
    only: Collection[str] = (),
    quick: bool = False,
    all_right: bool = False,
    resume: bool = False,
    fresh: bool = False,
    on_result: Callable[[Result], None] | None = None,
) -> Proof:
    """Prove the checks of these exercises (all of them by default); tell `on_result` each result as it comes.

    `jobs` answers are checked at once, and then the judge must bear that (see `JudgePool`). `repeat` asks for everything
    that often, and a check whose verdict changes is a complaint. `busy` keeps all cores busy meanwhile. `only` names the
    answers to try ("solution", "wrong_check_then_act", …), in each exercise that has them; then nothing is said about what
    is missing or out of shape. `quick` leaves out wrong answers as long as each check is failed by another one, and all right
    answers but one, unless `all_right` keeps them. With `resume`, a run that was stopped goes on where it was; `fresh` starts
    over. Raises `UnknownName` if none of the exercises has an answer named in `only`.
    """
    chosen = tuple(course.exercises if exercises is None else exercises)
    complaints: list[Complaint] = []
    results: list[Result] = []
    known: dict[Exercise, list[Case]] = {}
    kepts: list[Kept] = []
    for exercise in chosen:
        cases, missing = collect(course, exercise)
        complaints += () if only else missing
        known[exercise] = enough(cases, all_right=all_right) if quick else cases
    _look_up(only, [case.name for cases in known.values() for case in cases])
    with busy_cores() if busy else nullcontext(), ThreadPoolExecutor(jobs, "check") as threads:
        for exercise, cases in known.items():
            kept = _kept(exercise, busy=busy, fresh=fresh) if resume else None
            kepts += [kept] if kept else []
            ask = partial(_ask, judge, exercise, kept)
            chosen_cases = [case for case in cases if not only or case.name in only]
            for result in _checked(chosen_cases, partial(threads.map, ask), repeat):
                results.append(result)
                complaints += result.complaints
                if on_result:
                    on_result(result)
    for each in kepts:  # all rounds are done: the next run is a new one
        each.forget()
    complaints += () if only else shape.lint(course, chosen)
    return Proof(tuple(results), tuple(dict.fromkeys(complaints)))


def _look_up(only: Collection[str], names: Sequence[str]) -> None:
    """Raise `UnknownName` for a name that is none of these, before anything runs: nothing asked is nothing proven."""
    for name in only:
        if name not in names:
            raise UnknownName(
                f"no known answer '{name}'; {closest(name, tuple(dict.fromkeys(names)))}"
            )


def _kept(exercise: Exercise, *, busy: bool, fresh: bool) -> Kept:
    return Kept.of("busy rounds" if busy else "rounds", exercise, fresh=fresh)


def _ask(judge: Checker, exercise: Exercise, kept: Kept | None, case: Case, turn: int) -> Report:
    if kept is None:
        return judge.check(case.answer, exercise)
    known = kept.get(case.answer, turn)
    return known or kept.put(case.answer, judge.check(case.answer, exercise), turn)


def _checked(
    cases: Sequence[Case], reports_on: Callable[..., Iterator[Report]], repeat: int
) -> Iterator[Result]:
    """Check every case `repeat` times, one round after the other; the results in the cases' order."""
    first: dict[str, Report] = {}
    for turn in range(1, repeat + 1):
        for case, report in zip(cases, reports_on(cases, [turn] * len(cases)), strict=True):
            before = first.setdefault(case.name, report)
            found = (*judged(case, report), *unsteady(case, before, report))
            yield Result(case, report, found, turn)
