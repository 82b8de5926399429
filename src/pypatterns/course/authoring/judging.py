"""Hold what came back against what is known: pure functions from reports to complaints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from pypatterns.course import signatures
from pypatterns.course.authoring.findings import Case, Complaint, Finding, base, failed_by
from pypatterns.course.catalog import Exercise
from pypatterns.course.checking.report.model import CheckResult, Report, Verdict
from pypatterns.course.constructs import OTHERS, WORDS, Constructs, unreadable
from pypatterns.course.known_answers import KnownAnswer

WRONG_VERDICTS = frozenset({Verdict.FAIL, Verdict.TIMEOUT, Verdict.DEADLOCK})
RIGHT, WRONG = 2, 3  # how many known answers an exercise needs, beside the solution
SHOWN = 3  # checks that a complaint quotes


def judged(case: Case, report: Report) -> tuple[Complaint, ...]:
    """What is wrong with the report on this case."""
    ours = [check for check in report.checks if check.verdict is Verdict.INFRASTRUCTURE]
    if ours or report.verdict is Verdict.INFRASTRUCTURE:
        mend = "This is a fault of the driver or the engine, never of an answer: mend that."
        return (case.complain("a verdict", _quoted(report, ours), mend),)
    wanted = case.expected.verdict
    if wanted is None:
        return tuple(_wrong(case, report))
    if report.verdict is wanted:
        return ()
    return (case.complain(str(wanted), _quoted(report), _mend_right(wanted)),)


def unsteady(case: Case, before: Report, now: Report) -> tuple[Complaint, ...]:
    """Complain of checks whose verdict is not what it was, except those that may fail or not."""
    earlier = {check.name: check.verdict for check in before.checks}
    changed = [
        f"{check.name} {earlier.get(check.name)} and then {check.verdict}"
        for check in now.checks
        if check.verdict is not earlier.get(check.name)
        and base(check.name) not in case.expected.may_fail
    ]
    if not changed:
        return ()
    mend = (
        "A driver must hold its window open instead of hoping (or name the check in 'may_fail:')."
    )
    return (case.complain("the same verdicts every time", "; ".join(changed), mend),)


def unproven(
    exercise: Exercise, known: Collection[KnownAnswer], checks: Sequence[str]
) -> Iterator[Complaint]:
    """What the known answers together leave unproven. The generated check is proven by a planted answer."""
    wrong = [each for each in known if not each.right]
    yield from _too_few(exercise, len(known) - len(wrong), len(wrong))
    yield from _same_approach(exercise, [each for each in known if each.right])
    for each in wrong:
        if unknown := sorted((each.fails | each.may_fail) - {*checks, signatures.NAME}):
            there = f"some of {', '.join(checks)}"
            got = f"{', '.join(unknown)}, which is no check"
            mend = "Mend the name in its docstring."
            yield Finding(there, got, mend).about(each.path, exercise)
    yield from _alike(exercise, wrong)
    proven = {name for each in wrong for name in each.fails}
    for name in checks:
        if name not in proven:
            expected = f"a wrong answer that must fail {name}"
            mend = "Store one, or drop the check: nothing shows that it can fail."
            yield Finding(expected, "none", mend).about(exercise.test_file, exercise)


def unseen(exercise: Exercise, known: KnownAnswer, written: Constructs) -> Iterator[Complaint]:
    """What is wrong with the `seen_in:` of a known answer: a slip, or something that does not even stand in this answer."""
    for part in known.seen_in:
        if slip := unreadable(part):
            expected = "names and constructs after 'seen_in:'"
            mend = f"Write a name or one of: {', '.join((*WORDS, *OTHERS))}."
            yield Finding(expected, repr(slip), mend).about(known.path, exercise)
        elif not written.hold(part):
            expected = f"{part!r} in the answer, as its 'seen_in:' says"
            mend = "Name what stands in every answer of this belief."
            yield Finding(expected, "an answer without it", mend).about(known.path, exercise)


def _wrong(case: Case, report: Report) -> Iterator[Complaint]:
    """A wrong answer imports, fails what it must and nothing that it may not, and passes something."""
    expected, failed = case.expected, failed_by(report)
    if report.verdict not in WRONG_VERDICTS:
        mend = (
            "If the answer is right, name it right_*.py; else the checks are too weak: sharpen them."
            if report.verdict is Verdict.PASS
            else "A wrong answer must import and run, or it proves nothing."
        )
        yield case.complain(str(expected), _quoted(report), mend)
        return
    names = {base(check.name) for check in report.checks}
    if accepted := sorted((expected.fails - failed) & names):
        mend = "The check is too weak for this answer: sharpen it, or take it out of 'fails:'."
        yield case.complain(str(expected), f"{', '.join(accepted)} passed", mend)
    if expected.planted:
        return
    if extra := failed - expected.fails - expected.may_fail:
        mend = "Add it to 'fails:' (or, with a reason, to 'may_fail:') if that is right; else mend the check."
        extras = [check for check in report.checks if base(check.name) in extra]
        yield case.complain(f"{expected} and nothing else", _quoted(report, extras), mend)
    if failed == expected.fails:  # else it also failed something that may point to another belief
        yield from _cause(case, report)
    if names - {signatures.NAME} <= failed:
        mend = (
            "A wrong answer that a colleague would let pass gets something right: write that one."
        )
        yield case.complain("at least one check to pass", "none", mend)


def _cause(case: Case, report: Report) -> Iterator[Complaint]:
    """A learner with this very answer is offered its own feedback, not that of another belief."""
    first = report.causes[0].name if report.causes else ""
    if case.expected.causes and first not in case.expected.causes:
        mend = (
            "Tell the two apart with 'says:', a phrase of what the failed check tells of this one, or with 'seen_in:', what "
            "stands in this answer alone."
        )
        yield case.complain(
            "its own feedback to be offered first", f"that of {first}" if first else "none", mend
        )


def _too_few(exercise: Exercise, right: int, wrong: int) -> Iterator[Complaint]:
    if right < RIGHT:
        expected = f"at least {RIGHT} right answers beside the solution"
        mend = "Store another approach as right_*.py: checks must accept more than one."
        yield Finding(expected, str(right), mend).about(exercise.checks, exercise)
    if wrong < WRONG:
        mend = "Store what people get wrong as wrong_*.py."
        expected = f"at least {WRONG} wrong answers"
        yield Finding(expected, str(wrong), mend).about(exercise.checks, exercise)


def _same_approach(exercise: Exercise, right: Sequence[KnownAnswer]) -> Iterator[Complaint]:
    counts = Counter(each.title.casefold() for each in right)
    for each in right:
        if counts[each.title.casefold()] > 1:
            got = f"{each.title!r}, as another right answer has"
            mend = "Say what is its own, or drop it: the same approach twice proves nothing new."
            yield Finding("an approach of its own", got, mend).about(each.path, exercise)


def _alike(exercise: Exercise, wrong: Sequence[KnownAnswer]) -> Iterator[Complaint]:
    """Two beliefs that nothing tells apart: a learner might read the reason of the other one."""
    first: dict[object, KnownAnswer] = {}
    for each in wrong:
        other = first.setdefault((each.fails, each.says, frozenset(each.seen_in)), each)
        if other is not each and other.feedback != each.feedback:
            got = f"the checks, 'says:' and 'seen_in:' of {other.name}"
            mend = "Name in 'seen_in:' what stands in the one and not in the other, or use 'says:'."
            expected = "something that tells this belief from others"
            yield Finding(expected, got, mend).about(each.path, exercise)


def _mend_right(wanted: Verdict) -> str:
    if wanted is Verdict.NOT_STARTED:
        return "Run 'pypatterns build': the starter is not the one that the solution gives."
    return "If the answer is wrong, name it wrong_*.py; else a check refuses a right answer: mend the check."


def _quoted(report: Report, checks: Sequence[CheckResult] = ()) -> str:
    """The verdict with the words that the learner reads."""
    told = checks or [c for c in report.checks if c.verdict is not Verdict.PASS]
    quotes = [f"{c.name} ({c.verdict}): {' '.join(c.message.split())}" for c in told[:SHOWN]]
    more = [f"and {len(told) - SHOWN} more"] if len(told) > SHOWN else []
    said = "; ".join(filter(None, [" ".join(report.message.split()), *quotes, *more]))
    return f"{report.verdict}: {said}" if said else str(report.verdict)
