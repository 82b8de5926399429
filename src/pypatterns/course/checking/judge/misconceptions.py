"""Which beliefs may lie behind a failure: known wrong answers that fail the same checks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from pypatterns.course import signatures
from pypatterns.course.catalog import Exercise
from pypatterns.course.checking.report.model import Cause, Verdict
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


def causes_of(exercise: Exercise, events: Iterable[Mapping[str, Any]]) -> tuple[Cause, ...]:
    """The likely causes of what failed. None where no behaviour holds, as each known wrong answer has some that do,
    and none for a slip: a missing name, an unfinished part or something that cannot be used at all is no belief, and neither
    is another signature.
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
    return misconceptions(exercise, failed)


def misconceptions(exercise: Exercise, failed: Mapping[str, str]) -> tuple[Cause, ...]:
    """The beliefs whose checks have all failed, from check to message: the largest set first, then the best match."""

    def order(known: KnownAnswer) -> tuple[int, int, int, str]:
        unexplained = failed.keys() ^ (known.fails | known.may_fail)
        return -len(known.fails), not known.says, len(unexplained), known.name

    likely: list[KnownAnswer] = []
    for path in known_files(exercise):
        with suppress(BrokenCourse):  # the gate tells; a learner's verdict does not wait for it
            likely += [known] if (known := read_known(path)).fits(failed) else []
    return tuple(
        Cause(known.name, known.title, known.feedback) for known in sorted(likely, key=order)
    )
