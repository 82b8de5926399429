"""What a report says, as a list of blocks: text.py and html.py show the same list, each in its own way.

The blocks depend on the report alone and hold no times, ids or seeds, so a stored output stays true.

>>> blocks(report)
[Headline(verdict=<Verdict.PASS: 'PASS'>, words='single_flight_cache: PASS, 8 of 8 checks')]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pypatterns.course.checking.report.model import Cause, CheckResult, Report, Verdict
from pypatterns.course.checking.shared.locations import Line, Location

OUTPUT_COLUMNS = 160
NUMBERED = re.compile(r"(?P<kind>.+)(?P<joint>[ -])(?P<number>[0-9]{1,9})")  # "caller 2", "Task-2"
LOCATIONS = 12  # places where something stood; threads that stand alike count once

SIGNS = {
    Verdict.PASS: "✔",
    Verdict.NOT_STARTED: "○",
    Verdict.UNCHECKED: "○",
    Verdict.INFRASTRUCTURE: "!",
}
FAILED_SIGN = "✘"

NOT_STARTED = (
    "Nothing is wrong: this is still the starter. Write your answer in it, then run it again."
)
OUR_FAULT = (
    "This is our fault, not your answer's, and it costs no mark. Run it again; if it stays, "
    "'pypatterns doctor' says whether something is missing here."
)
CAUSE = "A likely cause is this belief:"
STOOD, PRINTED = "Where everything stood:", "Your answer printed:"


@dataclass(frozen=True, slots=True)
class Headline:
    """The verdict in one line."""

    verdict: Verdict
    words: str


@dataclass(frozen=True, slots=True)
class Prose:
    """Paragraphs; lines that are indented are code."""

    words: str


@dataclass(frozen=True, slots=True)
class OwnLines:
    """The learner's own lines, a sentence for each."""

    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stood:
    """Where everything stood in a call that never ended."""

    locations: tuple[Location, ...]
    is_deadlock: bool


Detail = Prose | OwnLines | Stood


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One check: what it proves, and what there is to say where that does not hold."""

    verdict: Verdict
    words: str
    details: tuple[Detail, ...]


@dataclass(frozen=True, slots=True)
class Behaviours:
    """All checks, in order."""

    each: tuple[Behaviour, ...]


@dataclass(frozen=True, slots=True)
class Printed:
    """What the answer printed, without its empty beginnings and ends."""

    lines: tuple[str, ...]

    def first(self, at_most: int) -> list[str]:
        """The first lines; a last one counts the rest."""
        left_out = len(self.lines) - at_most
        more = [f"… lines left out: {left_out}"] if left_out > 0 else []
        return [_cut(visible(line)) for line in self.lines[:at_most]] + more


Block = Headline | Cause | Behaviours | Printed | Detail


def blocks(report: Report) -> list[Block]:
    """All that is said. A pass is one line, and its notes; anything else says what is missing and where to look."""
    notes = (Prose(f"Note: {note}") for note in report.notes)
    return [Headline(report.verdict, headline(report)), *_said(report), *notes]


def _said(report: Report) -> Iterator[Block]:
    match report.verdict:
        case Verdict.PASS:
            return
        case Verdict.NOT_STARTED:
            yield Prose(NOT_STARTED)
        case Verdict.INFRASTRUCTURE:
            yield from map(Prose, _our_fault(report))
        case _:
            yield from _not_passed(report)


def _not_passed(report: Report) -> Iterator[Block]:
    """Where the answer as a whole was refused, no check has run and there is one thing to say. Else cause and checks."""
    if report.message:
        yield Prose(report.message)
        yield from _where(report)
    else:
        yield from report.causes[:1]  # a second guess would weaken the first
        again = _told_above(report.checks)
        yield Behaviours(tuple(_behaviour(each, each.name in again) for each in report.checks))
    if lines := _printed(report):
        yield Printed(lines)


def _behaviour(check: CheckResult, is_told: bool) -> Behaviour:
    """What a check proves, after its verdict where that is more than that it holds or does not."""
    plain = (Verdict.PASS, Verdict.FAIL, Verdict.UNCHECKED)
    told = "" if check.verdict in plain else f"{check.verdict}: "
    details = () if check.verdict is Verdict.PASS else tuple(_details(check, is_told))
    return Behaviour(check.verdict, f"{told}{check.behaviour or check.name}", details)


def _details(check: CheckResult, is_told: bool) -> Iterator[Detail]:
    """What was called, what was expected and came back, and where in the learner's own lines."""
    if is_told:
        yield Prose(f"As above: {check.message.splitlines()[0]}")
        return
    if check.called:
        yield Prose(f"called: {check.called}")
    if check.message:
        yield Prose(check.message)
    yield from _where(check)


def _where(told: Report | CheckResult) -> Iterator[OwnLines | Stood]:
    if told.lines:
        yield OwnLines(tuple(map(sentence, told.lines)))
    if told.locations:
        yield Stood(told.locations, told.verdict is Verdict.DEADLOCK)


def _printed(report: Report) -> tuple[str, ...]:
    """The lines that the answer printed, in checks that hold left out."""
    outputs = [report.output, *(c.output for c in report.checks if c.verdict is not Verdict.PASS)]
    return tuple(
        line for output in outputs for line in output.strip("\n").split("\n") if output.strip()
    )


def headline(report: Report) -> str:
    """The verdict in one line.

    >>> headline(report)
    'single_flight_cache: PASS, 8 of 8 checks'
    """
    return f"{report.exercise}: {report.verdict}, {_in_short(report)}"


def _in_short(report: Report) -> str:
    match report.verdict:
        case Verdict.ERROR:
            return "the answer does not import"
        case Verdict.NOT_STARTED:
            return "still the starter"
        case Verdict.UNCHECKED:
            return "nothing is wrong so far"
        case Verdict.INFRASTRUCTURE:
            return "it could not be checked"
        case _:
            return f"{report.passed} of {len(report.checks)} checks"


def _our_fault(report: Report) -> list[str]:
    """What broke, for whoever mends it; an answer's own results are no help then."""
    broken = (check for check in report.checks if check.verdict is Verdict.INFRASTRUCTURE)
    told = [
        report.message,
        *(f"{check.name}: {check.message}" for check in broken if check.message),
    ]
    return [message for message in [*told, OUR_FAULT] if message]


def sign(verdict: Verdict) -> str:
    """The sign of a verdict, which is never a colour alone."""
    return SIGNS.get(verdict, FAILED_SIGN)


def _told_above(checks: Iterable[CheckResult]) -> frozenset[str]:
    """The names of checks that failed exactly as one above did: with the same message, in the same lines."""
    told: dict[object, str] = {}
    again: list[str] = []
    for check in checks:
        if check.message and check.verdict is not Verdict.PASS:
            places = frozenset((location.line, location.function) for location in check.locations)
            if told.setdefault((check.message, check.lines, places), check.name) != check.name:
                again.append(check.name)
    return frozenset(again)


def sentence(line: Line) -> str:
    """One of the learner's own lines: "line 12, in get: value = self._load(key)"."""
    where = f"line {line.number}" + (f", in {line.function}" if line.function else "")
    return one_line(f"{where}: {line.code.strip()}")


def stood(locations: Iterable[Location]) -> list[str]:
    """Where everything stood, one sentence for all that stood alike.

    >>> stood(check.locations)
    ['each of callers 2 to 8 waits in get, line 35: `with self._lock:` — held by caller 1', …]
    """
    told = [str(replace(location, who=_each(who))) for who, location in gathered(locations)]
    more = [f"… and {len(told) - LOCATIONS} more"] if len(told) > LOCATIONS else []
    return [one_line(each) for each in told[:LOCATIONS]] + more


def _each(who: Sequence[str]) -> str:
    return f"each of {named(who)}" if len(who) > 1 else who[0]


def quoted(belief: str) -> str:
    """In marks, since it may well sound right: we do not say it, the learner may think it."""
    return f"“{belief}”"


def visible(message: str) -> str:
    r"""Escape what a terminal would obey, not show: an answer's text must not forge or hide a verdict.

    >>> visible("\x1b[2Jdone")
    '\\x1b[2Jdone'
    """
    return "".join(c if c.isprintable() or c == "\n" else _escaped(c) for c in message)


def one_line(message: str) -> str:
    """As `visible`, with nothing that could start another line."""
    return visible(message).replace("\n", " ")


def _escaped(character: str) -> str:
    if character == "\t":
        return "    "
    return character.encode("unicode_escape").decode("ascii")


def _cut(line: str) -> str:
    return line if len(line) <= OUTPUT_COLUMNS else f"{line[:OUTPUT_COLUMNS]} …"


def gathered(locations: Iterable[Location]) -> list[tuple[Sequence[str], Location]]:
    """Threads that stood alike, told once: their names, and where they stood. A thread that holds a lock stands alone.

    >>> [(named(who), location.line) for who, location in gathered(check.locations)]
    [('caller 1', 38), ('callers 2 to 8', 35)]
    """
    locations = list(locations)
    holders = {location.held_by for location in locations}
    groups: dict[tuple[str, Location], list[str]] = {}
    for location in locations:
        alone = location.who if location.who in holders else ""
        groups.setdefault((alone, replace(location, who="")), []).append(location.who)
    return [(who, location) for (_, location), who in groups.items()]


def named(who: Sequence[str]) -> str:
    """Names in few words.

    >>> named(["caller 2", "caller 3", "caller 4"])
    'callers 2 to 4'
    """
    first, last = NUMBERED.fullmatch(who[0]), NUMBERED.fullmatch(who[-1])
    if len(who) > 2 and first and last:
        kind, joint, start = first["kind"], first["joint"], int(first["number"])
        if list(who) == [f"{kind}{joint}{start + step}" for step in range(len(who))]:
            return f"{kind}s {start} to {last['number']}"
    return " and ".join(filter(None, [", ".join(who[:-1]), who[-1]]))
