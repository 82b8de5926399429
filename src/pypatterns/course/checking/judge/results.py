"""What came of one check: a `CheckResult`, made of how its pytest function ended."""

from __future__ import annotations

from typing import Any

import pytest

from pypatterns.course.checking.judge.failures import CallFailed
from pypatterns.course.checking.judge.subject import Subject
from pypatterns.course.checking.judge.worker import WorkerBroken
from pypatterns.course.checking.report.model import CheckResult, Verdict
from pypatterns.course.checking.shared.wire import unaddressed


def result_of(
    item: pytest.Item, call: pytest.CallInfo[None], asked: Subject | None, max_points: float
) -> CheckResult:
    """What a check found. `asked` is the answer that it put to work, which tells what was called."""
    given: dict[str, Any] = {
        "name": item.name,
        "behaviour": behaviour_of(item),
        "max_points": max_points,
    }
    if call.excinfo is None:
        return CheckResult(verdict=Verdict.PASS, **given)
    if asked is not None:
        given |= {"called": asked.called, "output": asked.output}
    error = call.excinfo.value
    if isinstance(error, pytest.skip.Exception):  # a released course's checks are elsewhere
        return CheckResult(verdict=Verdict.UNCHECKED, message=str(error), **given)
    if isinstance(error, CallFailed):
        return CheckResult(
            verdict=error.verdict,
            message=error.message,
            lines=error.lines,
            locations=error.locations,
            **given,
        )
    if isinstance(error, AssertionError):
        message = unaddressed(str(error))
        said = {"called": ""} if message else {}  # the message says what was called
        return CheckResult(verdict=Verdict.FAIL, message=message, **given | said)
    return CheckResult(
        verdict=Verdict.INFRASTRUCTURE, message=_our_fault(call.excinfo, error), **given
    )


def _our_fault(info: pytest.ExceptionInfo[BaseException], error: BaseException) -> str:
    if isinstance(error, WorkerBroken):
        return str(error)
    trace = str(info.getrepr(style="short"))[-2000:]
    return f"The check itself failed, which is not your doing:\n{trace}"


def planned(item: pytest.Item) -> dict[str, Any]:
    """A check that is to run: its name, and the behaviour that it proves."""
    return {"check": item.name, "behaviour": behaviour_of(item)}


def behaviour_of(item: pytest.Item) -> str:
    """The sentence that a check proves; with the case in parentheses, where it proves it for several, each by itself."""
    behaviour = (
        getattr(item, "behaviour", None)
        or getattr(getattr(item, "function", None), "__doc__", None)
        or item.name
    )
    sentence = " ".join(behaviour.split())
    case = getattr(getattr(item, "callspec", None), "id", "")
    return f"{sentence.removesuffix('.')} ({case})." if case else sentence


def in_words(failed: CallFailed) -> str:
    """A failed call for plain pytest: the verdict, the message, the learner's own lines."""
    lines = [f"answer.py:{line.number}: {line.code.strip()}" for line in failed.lines]
    return "\n".join([f"{failed.verdict}: {failed.message}", *lines])


def share_of(item: pytest.Item) -> float:
    """A check's share of the exercise's points: 1, unless `@pytest.mark.share(2)` says otherwise."""
    mark = item.get_closest_marker("share")
    return float(mark.args[0]) if mark else 1.0
