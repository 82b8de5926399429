"""A report in words: the panel as plain text, for a notebook, a terminal and a screen reader alike.

The text depends on the report alone and holds no times, ids or seeds, so a stored output stays true.

>>> print(text(report))
single_flight_cache: PASS, 8 of 8 checks
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from pypatterns.course.checking.report import CheckResult, Line, Report, Stand, Verdict

WIDTH = 88  # columns; code is never wrapped
OUTPUT_LINES = 12
OUTPUT_COLUMNS = 160
STANDS = 12  # a hundred threads that wait in the same place say no more than twelve

SIGNS = {Verdict.PASS: "✔", Verdict.NOT_STARTED: "○", Verdict.INFRASTRUCTURE: "!"}
FAILED_SIGN = "✘"

NOT_STARTED = (
    "Nothing is wrong: this is still the starter. Write your answer in it, then run it again."
)
OUR_FAULT = (
    "This is our fault, not your answer's, and it costs no mark. Run it again; if it stays, "
    "'pypatterns doctor' says whether something is missing here."
)


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
            said = _our_fault(report)
        case _:
            said = _not_passed(report)
    notes = [wrapped(f"Note: {note}") for note in report.notes]
    return "\n\n".join([headline(report), *said, *notes])


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
    return [wrapped(message) for message in told if message] + [wrapped(OUR_FAULT)]


def _not_passed(report: Report) -> list[str]:
    """Where the answer as a whole was refused, no check has run and there is one thing to say. Else cause and checks."""
    if report.message:
        return [*_refused(report), *_printed(report)]
    causes = [_cause(report)] if report.causes else []
    return [*causes, *_behaviours(report.checks), *_printed(report)]


def _refused(report: Report) -> Iterator[str]:
    yield wrapped(report.message)
    if report.lines:
        yield "\n".join(_code(line, "    ") for line in report.lines)
    if report.stands:
        yield "\n".join(_stood(report.stands))


def _cause(report: Report) -> str:
    """The likeliest common cause only: a second guess would weaken the first."""
    cause = report.causes[0]
    return f"{wrapped(f'A likely cause: {cause.title}')}\n{wrapped(cause.feedback, '  ')}"


def _behaviours(checks: Iterable[CheckResult]) -> Iterator[str]:
    """Every behaviour with its sign: those that hold take a line each, those that do not a paragraph."""
    for holds, group in groupby(checks, key=lambda check: check.verdict is Verdict.PASS):
        told = [_behaviour(check) for check in group]
        yield from ["\n".join(told)] if holds else told


def _behaviour(check: CheckResult) -> str:
    sign = SIGNS.get(check.verdict, FAILED_SIGN)
    told = "" if check.verdict in (Verdict.PASS, Verdict.FAIL) else f"{check.verdict}: "
    first = wrapped(f"{sign} {told}{check.behaviour or check.name}", hanging="  ")
    return first if check.verdict is Verdict.PASS else "\n".join([first, *_details(check)])


def _details(check: CheckResult) -> Iterator[str]:
    """What was called, what was expected and came back, and where in the learner's own lines."""
    if check.called:
        yield wrapped(f"called: {check.called}", "    ")
    if check.message:
        yield wrapped(check.message, "    ")
    for line in check.lines:
        yield _code(line, "    ")
    yield from _stood(check.stands)


def _stood(stands: Sequence[Stand]) -> Iterator[str]:
    if stands:
        yield "    Where everything stood:"
    yield from (visible(f"      {stand}").replace("\n", " ") for stand in stands[:STANDS])
    if len(stands) > STANDS:
        yield f"      … and {len(stands) - STANDS} more"


def _code(line: Line, indent: str) -> str:
    where = f"line {line.number}" + (f", in {line.function}" if line.function else "")
    return visible(f"{indent}{where}: {line.code.strip()}").replace("\n", " ")


def _printed(report: Report) -> list[str]:
    """What the answer printed, behind a bar on each line so that it cannot be taken for our own words."""
    outputs = [report.output, *(c.output for c in report.checks if c.verdict is not Verdict.PASS)]
    lines = [
        line for output in outputs for line in output.strip("\n").split("\n") if output.strip()
    ]
    if not lines:
        return []
    shown = [f"  | {_cut(visible(line))}" for line in lines[:OUTPUT_LINES]]
    if len(lines) > OUTPUT_LINES:
        shown.append(f"  … lines left out: {len(lines) - OUTPUT_LINES}")
    return ["\n".join(["Your answer printed:", *shown])]


def _cut(line: str) -> str:
    return line if len(line) <= OUTPUT_COLUMNS else f"{line[:OUTPUT_COLUMNS]} …"
