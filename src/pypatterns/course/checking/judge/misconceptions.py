"""Which beliefs may lie behind a failure: known wrong answers that fail the same checks, and name what stands in the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from pypatterns.course import signatures
from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Exercise
from pypatterns.course.checking.report.model import Cause, Verdict
from pypatterns.course.constructs import Constructs
from pypatterns.course.errors import BrokenCourse
from pypatterns.course.known_answers import KnownAnswer, known_files, read_known

MISSING_BEHAVIOUR = (Verdict.FAIL, Verdict.TIMEOUT, Verdict.DEADLOCK)
SLIPS = (
    "NameError",
    "UnboundLocalError",
    "NotImplementedError",
    "ImportError",
    "ModuleNotFoundError",
)


def causes_of(
    exercise: Exercise, events: Iterable[Mapping[str, Any]], answer: Answer | None = None
) -> tuple[Cause, ...]:
    """The likely causes of what failed. None where no behaviour holds, as each known wrong answer has some that do,
    and none for a slip: a missing name, an unfinished part or something that cannot be used at all is no belief, and neither
    is another signature. Without the answer, nothing is asked of what stands in it.
    """
    checks = {event["name"]: event for event in events if event["event"] == "check"}
    if checks.pop(signatures.NAME, {}).get("verdict") in MISSING_BEHAVIOUR:
        return ()
    results = list(checks.values())
    failed: dict[str, str] = {}
    for each in results:
        is_slip = each["raised"] in SLIPS or (each["raised"] and not each["lines"])
        if each["verdict"] in MISSING_BEHAVIOUR and not is_slip:
            name = each["name"].partition("[")[0]  # without its parameters
            failed[name] = f"{failed.get(name, '')} {each['message']}"
    if all(each["verdict"] in MISSING_BEHAVIOUR for each in results):
        return ()
    return misconceptions(exercise, failed, written_in(answer) if answer else None)


def written_in(answer: Answer) -> Constructs:
    """What stands in the answer, in all of its files."""
    python = [text for name, text in answer.files.items() if name.endswith(".py")]
    others = [text for name, text in answer.files.items() if not name.endswith(".py")]
    return Constructs.of(answer.source, *python, texts=others)


def misconceptions(
    exercise: Exercise, failed: Mapping[str, str], written: Constructs | None = None
) -> tuple[Cause, ...]:
    """The beliefs whose checks have all failed, from check to message, and whose `seen_in` stands in what is written.

    The largest set of checks comes first, then the beliefs that ask for most.
    """

    def order(known: KnownAnswer) -> tuple[int, int, int, int, str]:
        unexplained = failed.keys() ^ (known.fails | known.may_fail)
        named = len(known.seen_in) if written else 0
        return -len(known.fails), not known.says, -named, len(unexplained), known.name

    likely: list[KnownAnswer] = []
    for path in known_files(exercise):
        with suppress(BrokenCourse):  # the gate tells; a learner's verdict does not wait for it
            known = read_known(path)
            is_seen = written is None or written.hold_all(known.seen_in)
            likely += [known] if is_seen and known.fits(failed) else []
    return tuple(
        Cause(known.name, known.title, known.feedback) for known in sorted(likely, key=order)
    )
