"""What a learner reads when a call gave no data: every end of a call as a `CallFailed`, with the verdict and the sentence.

>>> value_of(ended, answer, deadline=2.0)
Traceback (most recent call last):
CallFailed: It used more than 1024 MiB of memory, and was stopped.
"""

from __future__ import annotations

import re
import signal
from collections.abc import Mapping, Sequence
from typing import Any

from pypatterns.course.answers import Answer
from pypatterns.course.checking.judge.worker import CallEnd, WorkerBroken
from pypatterns.course.checking.report.model import Verdict
from pypatterns.course.checking.shared import wire
from pypatterns.course.checking.shared.limits import MOST_MEMORY, MOST_PROCESSES
from pypatterns.course.checking.shared.locations import Line, Location
from pypatterns.course.checking.shared.protocol import NO_CHANNEL

MOST_LINES, MOST_LOCATIONS = 6, 24


class CallFailed(Exception):
    """A call gave no data: the verdict on it, and why, for the learner; `raised` names the type of an error, if there was one."""

    def __init__(
        self,
        verdict: Verdict,
        message: str,
        lines: Sequence[Line] = (),
        locations: Sequence[Location] = (),
        raised: str = "",
    ) -> None:
        super().__init__(message)
        self.verdict = verdict
        self.message = message
        self.lines = tuple(lines)
        self.locations = tuple(locations)
        self.raised = raised


def value_of(ended: CallEnd, answer: Answer, deadline: float) -> Any:
    """The data that a call ended with. Raises `CallFailed` for all other ends."""
    if not ended.begun and not ended.tampered:
        raise WorkerBroken(_not_begun(ended))
    if ended.why != "exit":
        raise _was_ended(ended, deadline)
    if ended.tampered:
        raise CallFailed(Verdict.FAIL, f"{_TAMPERED} ({ended.tampered}). {_ONLY_YOUR_OWN}")
    if ended.frame is None:
        raise _ended_itself(ended)
    try:
        return _value(ended.frame, answer)
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, wire.WireError):
        raise CallFailed(Verdict.FAIL, f"{_TAMPERED}. {_ONLY_YOUR_OWN}") from None


TOO_DEEP = "Python cannot read the answer: its expressions are nested too deep."
_TAMPERED = "The answer wrote into the channel that carries its results"
_ONLY_YOUR_OWN = "Write to files and descriptors that you opened yourself, and to no other."


def _not_begun(ended: CallEnd) -> str:
    if ended.frame is not None and "no_room" in ended.frame:
        return str(ended.frame["no_room"])
    return f"The process for the answer did not start (exit status {ended.status}): {ended.output[-500:]}"


def _value(frame: Mapping[str, Any], answer: Answer) -> Any:
    if "value" in frame:
        return wire.decode(frame["value"])
    if "deadlock" in frame:
        raise _deadlock(frame["deadlock"])
    if "unreadable" in frame:
        raise CallFailed(
            Verdict.FAIL,
            f"What came back cannot be compared with anything: {str(frame['unreadable'])[:300]}.",
        )
    if "broken" in frame:
        raise _broken(frame)
    raise _raised(frame, answer)


def _broken(frame: Mapping[str, Any]) -> CallFailed:
    """The process could not tell its result, although the answer had run."""
    if frame["blame"] == "answer":
        return CallFailed(
            Verdict.FAIL,
            f"Your answer ran, and left its process so broken that the result could not be told: {frame['broken']}."
            + _replaced(frame),
        )
    return CallFailed(
        Verdict.INFRASTRUCTURE,
        f"The engine failed after your answer had run, which is not your doing: {frame['broken']}\n{frame['trace']}",
    )


def _replaced(frame: Mapping[str, Any]) -> str:
    names = str(frame.get("replaced", ""))
    return f"\nThe answer had replaced {names}, which Python and the check use." if names else ""


_NEVER_ENDS = "The call can never end:"
_DEADLOCKS = {
    "self": "a thread waits for a lock that it holds itself, and a Lock, unlike an RLock, cannot be taken twice.",
    "cycle": "its threads wait for each other in a circle, and none lets go before it has what the next one holds.",
    "idle loop": "all tasks of the event loop wait, and nothing is scheduled or under way that could wake one.",
    "all wait": "all of its threads wait, and none is left that could wake one of them.",
}
_LOST = "A notify() wakes those who wait at that moment, and nobody later: look at the state before waiting, as wait_for() does."


def _deadlock(autopsy: Mapping[str, Any] | None, output: str = "") -> CallFailed:
    """A proven one; how it came about is the child's word."""
    locations = _locations(autopsy) if autopsy else _from_traces(output)
    proof = str(autopsy.get("proof", "")) if autopsy else ""
    if proof == "cycle" and any(location.held_by == location.who for location in locations):
        proof = "self"
    words = f"{_NEVER_ENDS} {_DEADLOCKS.get(proof, _DEADLOCKS['all wait'])}"
    if any(location.waits_for == "Condition.wait()" for location in locations):
        words += f" {_LOST}"
    return CallFailed(Verdict.DEADLOCK, words, locations=locations)


def _was_ended(ended: CallEnd, deadline: float) -> CallFailed:
    at_the_end = ended.why in ("deadline", "starved")
    if ended.why == "deadlock" or (at_the_end and (ended.autopsy or {}).get("proof")):
        return _deadlock(ended.autopsy, ended.output)
    match ended.why:
        case "starved":
            words = (
                f"It had not ended, but could not run for {ended.waited:.0f} s, since other programs had all cores of this "
                "machine. Nothing can be said of your answer: check it again when less runs beside it."
            )
            return CallFailed(Verdict.INFRASTRUCTURE, words)
        case "deadline":
            locations = _locations(ended.autopsy) if ended.autopsy else _from_traces(ended.output)
            words = f"It had not ended after {deadline:g} s, and was stopped."
            return CallFailed(Verdict.TIMEOUT, words, locations=locations)
        case "memory":
            words = f"It used more than {MOST_MEMORY >> 20} MiB of memory, and was stopped."
        case "processes":
            words = f"It had started more than {MOST_PROCESSES} processes, and was stopped."
        case _:
            words = "The answer killed the process that runs it: it sent a signal to a process that is not its own."
    return CallFailed(Verdict.FAIL, words)


# What a signal says about whoever it ended.
_SIGNALS = {
    "SIGSEGV": "C code touched memory that is not its own",
    "SIGBUS": "C code touched memory that is not its own",
    "SIGABRT": "C code, or the interpreter itself, gave up",
    "SIGFPE": "C code divided by zero",
    "SIGKILL": "somebody killed it, or the system did for want of memory",
    "SIGALRM": "an alarm rang for which there is no handler",
}


def _ended_itself(ended: CallEnd) -> CallFailed:
    status = ended.status or 0
    if status == NO_CHANNEL:
        words = "The answer closed descriptors that it had not opened, and so the channel that carries its results."
        return CallFailed(Verdict.FAIL, f"{words} Close what you opened yourself, and no other.")
    if status >= 0:
        words = f"The answer ended its process (exit status {status}) before there was a result: something like os._exit() ran."
        return CallFailed(Verdict.FAIL, words)
    known = -status in signal.Signals.__members__.values()
    name = signal.Signals(-status).name if known else f"signal {-status}"
    reason = f": {_SIGNALS[name]}" if name in _SIGNALS else ""
    return CallFailed(Verdict.FAIL, f"The process of the answer was ended by {name}{reason}.")


def _raised(frame: Mapping[str, Any], answer: Answer) -> CallFailed:
    raised = frame["raised"]
    what = f"{raised['type']}: {raised['text']}" if raised["text"] else str(raised["type"])
    lines = tuple(_line(line) for line in raised["lines"][:MOST_LINES])
    if frame["phase"] == "import":
        return CallFailed(Verdict.ERROR, _import_words(frame, what, answer, lines), lines)
    if frame["blame"] != "answer":
        return CallFailed(
            Verdict.INFRASTRUCTURE,
            f"The driver itself failed, which is not your doing: {what}\n{raised['trace']}",
        )
    words = _exited_or_raised(raised, what) + _missing_name(raised, answer) + _replaced(frame)
    return CallFailed(Verdict.FAIL, words, lines, raised=str(raised["type"]))


def _exited_or_raised(raised: Mapping[str, Any], what: str) -> str:
    if raised["type"] == "SystemExit":
        return "It ended with SystemExit instead of returning: exit(), quit() or sys.exit() ran."
    if raised["text"] == "EOF when reading a line":
        return (
            f"It raised {what}. Nobody can be asked while an answer is checked: take out input()."
        )
    # The driver could not go on: the call did not fit, or what it gave was something else.
    if not raised["lines"]:
        return f"Using your answer as the prompt says raised {what}"
    return f"It raised {what}"


def _import_words(
    frame: Mapping[str, Any], what: str, answer: Answer, lines: Sequence[Line]
) -> str:
    raised = frame["raised"]
    if raised["type"] in ("SyntaxError", "IndentationError"):
        if lines and (words := magic(lines[0])):
            return words
        if frame.get("top_level_await"):
            return "The answer awaits at top level, which only a notebook's cell can do. An answer is a plain module: put the await into an async function."
    if raised["type"] == "SystemExit":
        return "The answer ends its process when it is imported: exit(), quit() or sys.exit() runs at top level."
    if not lines and raised["type"] in ("MemoryError", "RecursionError"):
        return TOO_DEEP
    return f"Importing the answer raised {what}{_missing_name(raised, answer)}{_replaced(frame)}"


def magic(line: Line) -> str:
    """What to say of a line that only IPython reads; "" for all others."""
    code = line.code.strip()
    if code.startswith(("%", "!")) or code.endswith("?"):
        return f"Line {line.number} is notebook magic ({code}); an answer is plain Python. Move the magic to another cell."
    return ""


def _missing_name(raised: Mapping[str, Any], answer: Answer) -> str:
    name = raised.get("name")
    if not isinstance(name, str) or name not in answer.elsewhere:
        return ""
    return f"\n`{name}` is defined in {answer.elsewhere[name]}, not in this answer. An answer stands alone: put what it needs into its own cell."


def _line(data: Mapping[str, Any]) -> Line:
    return Line(int(data["number"]), str(data["code"])[:200], str(data["function"])[:80])


def _locations(autopsy: Mapping[str, Any]) -> tuple[Location, ...]:
    """Where things stood, as the child says: its word is shown to the learner and decides no mark."""
    try:
        return tuple(map(_location, autopsy["locations"][:MOST_LOCATIONS]))
    except (KeyError, TypeError):
        return ()


def _location(data: Mapping[str, Any]) -> Location:
    texts = {name: str(data[name])[:200] for name in Location.__slots__ if name != "line"}
    return Location(line=data["line"] if type(data["line"]) is int else None, **texts)


_TRACE = re.compile(
    r'^(?:Current t|T)hread (?P<thread>0x[0-9a-f]+)|^  File ".*answer\.py", line (?P<line>\d+) in (?P<function>\S+)',
    re.MULTILINE,
)


def _from_traces(output: str) -> tuple[Location, ...]:
    """Where each thread stood, read from faulthandler's text: its innermost line in the answer."""
    locations: dict[str, Location] = {}
    thread = ""
    for match in _TRACE.finditer(output):
        thread = match["thread"] or thread
        if match["line"] and thread not in locations:
            locations[thread] = Location(
                f"thread {len(locations) + 1}", "thread", int(match["line"]), "", match["function"]
            )
    return tuple(locations.values())[:MOST_LOCATIONS]
