"""A report in words: the panel as plain text, for a notebook, a terminal and a screen reader alike.

The text depends on the report alone and holds no times, ids or seeds, so a stored output stays true. html.py shows the
same sentences, and takes them from here.

>>> print(text(report))
single_flight_cache: PASS, 8 of 8 checks
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from pypatterns.course.checking.report.model import CheckResult, Report, Verdict
from pypatterns.course.checking.shared.locations import Line, Location

WIDTH = 88  # columns; code is never wrapped
OUTPUT_LINES = 12
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
CAUSE, CALLED = "A likely cause is this belief:", "called:"
STOOD, PRINTED = "Where everything stood:", "Your answer printed:"


def headline(report: Report) -> str:
    """The verdict in one line.

    >>> headline(report)
    'single_flight_cache: PASS, 8 of 8 checks'
    """
    return f"{report.exercise}: {report.verdict}, {_in_short(report)}"


def text(report: Report) -> str:
    """The whole panel. A pass is one line, and its notes; anything else says what is missing and where to look."""
    match report.verdict:
        case Verdict.PASS:
            said = []
        case Verdict.NOT_STARTED:
            said = [wrapped(NOT_STARTED)]
        case Verdict.INFRASTRUCTURE:
            said = [wrapped(message) for message in our_fault(report)]
        case _:
            said = _not_passed(report)
    notes = [wrapped(f"Note: {note}") for note in report.notes]
    return "\n\n".join([headline(report), *said, *notes])


def sign(verdict: Verdict) -> str:
    """The sign of a verdict, which is never a colour alone."""
    return SIGNS.get(verdict, FAILED_SIGN)


def behaviour(check: CheckResult) -> str:
    """What a check proves, after its verdict where that is more than that it holds or does not."""
    plain = (Verdict.PASS, Verdict.FAIL, Verdict.UNCHECKED)
    told = "" if check.verdict in plain else f"{check.verdict}: "
    return f"{told}{check.behaviour or check.name}"


def told_above(checks: Iterable[CheckResult]) -> frozenset[str]:
    """The names of checks that failed exactly as one above did: with the same message, in the same lines."""
    told: dict[object, str] = {}
    again: list[str] = []
    for check in checks:
        if check.message and check.verdict is not Verdict.PASS:
            places = frozenset((location.line, location.function) for location in check.locations)
            if told.setdefault((check.message, check.lines, places), check.name) != check.name:
                again.append(check.name)
    return frozenset(again)


def as_above(check: CheckResult) -> str:
    """What is said of a failure that was told already."""
    return f"As above: {check.message.splitlines()[0]}"


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


def printed(report: Report, at_most: int) -> list[str]:
    """The first lines that the answer printed, in checks that hold left out; a last one counts the rest."""
    outputs = [report.output, *(c.output for c in report.checks if c.verdict is not Verdict.PASS)]
    lines = [
        line for output in outputs for line in output.strip("\n").split("\n") if output.strip()
    ]
    left_out = [f"… lines left out: {len(lines) - at_most}"] if len(lines) > at_most else []
    return [_cut(visible(line)) for line in lines[:at_most]] + left_out


def quoted(belief: str) -> str:
    """In marks, since it may well sound right: we do not say it, the learner may think it."""
    return f"“{belief}”"


def wrapped(message: str, indent: str = "", hanging: str = "") -> str:
    """Prose in lines of at most `WIDTH` columns, all after the first `hanging` by so much more.

    Lines that are already indented are code and stay as they are.
    """
    lines = visible(message).rstrip().split("\n")
    return "\n".join(_line(line, indent, hanging) for line in lines)


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


def _line(line: str, indent: str, hanging: str) -> str:
    if line.startswith(" ") or len(indent + line) <= WIDTH:
        return indent + line
    return textwrap.fill(
        line,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


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


def our_fault(report: Report) -> list[str]:
    """What broke, for whoever mends it; an answer's own results are no help then."""
    broken = (check for check in report.checks if check.verdict is Verdict.INFRASTRUCTURE)
    told = [
        report.message,
        *(f"{check.name}: {check.message}" for check in broken if check.message),
    ]
    return [message for message in [*told, OUR_FAULT] if message]


def _not_passed(report: Report) -> list[str]:
    """Where the answer as a whole was refused, no check has run and there is one thing to say. Else cause and checks."""
    if report.message:
        return [*_refused(report), *_printed(report)]
    causes = [_cause(report)] if report.causes else []
    return [*causes, *_behaviours(report.checks), *_printed(report)]


def _refused(report: Report) -> Iterator[str]:
    yield wrapped(report.message)
    if report.lines:
        yield "\n".join(f"    {sentence(line)}" for line in report.lines)
    if report.locations:
        yield "\n".join(_stood(report.locations))


def _cause(report: Report) -> str:
    """The likeliest common cause only: a second guess would weaken the first."""
    cause = report.causes[0]
    return f"{wrapped(f'{CAUSE} {quoted(cause.title)}')}\n{wrapped(cause.feedback, '  ')}"


def _behaviours(checks: Sequence[CheckResult]) -> Iterator[str]:
    """Every behaviour with its sign: those that hold take a line each, those that do not a paragraph."""
    again = told_above(checks)
    for holds, group in groupby(checks, key=lambda check: check.verdict is Verdict.PASS):
        told = [_behaviour(check, check.name in again) for check in group]
        yield from ["\n".join(told)] if holds else told


def _behaviour(check: CheckResult, is_told: bool) -> str:
    first = wrapped(f"{sign(check.verdict)} {behaviour(check)}", hanging="  ")
    holds = check.verdict is Verdict.PASS
    return first if holds else "\n".join([first, *_details(check, is_told)])


def _details(check: CheckResult, is_told: bool) -> Iterator[str]:
    """What was called, what was expected and came back, and where in the learner's own lines."""
    if is_told:
        yield wrapped(as_above(check), "    ")
        return
    if check.called:
        yield wrapped(f"{CALLED} {check.called}", "    ")
    if check.message:
        yield wrapped(check.message, "    ")
    yield from (f"    {sentence(line)}" for line in check.lines)
    yield from _stood(check.locations)


def _stood(locations: Sequence[Location]) -> Iterator[str]:
    if locations:
        yield f"    {STOOD}"
    yield from (f"      {each}" for each in stood(locations))


def _printed(report: Report) -> list[str]:
    """What the answer printed, behind a bar on each line so that it cannot be taken for our own words."""
    lines = printed(report, OUTPUT_LINES)
    return ["\n".join([PRINTED, *(f"  | {line}" for line in lines)])] if lines else []


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
