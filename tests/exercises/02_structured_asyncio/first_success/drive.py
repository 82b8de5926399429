"""Race operations on the virtual clock, and write down which started when, and what became of them."""

import asyncio

from pypatterns.course.checking.probes.errors import described, leaves
from pypatterns.course.checking.probes.journal import Journal
from pypatterns.course.checking.probes.prepare import prepared
from pypatterns.course.checking.probes.tasks import outlived, run_virtual
from pypatterns.course.checking.probes.virtual_clock import virtual_time

AN_OP = "Journal.operation.<locals>.operation"  # what its coroutine is called
# An answer's own slips: no op raises them.
SLIPS = (AttributeError, ImportError, NameError, TypeError)


class Outage(Exception):
    """A mirror does not answer."""


class TimedOut(Outage, TimeoutError):
    """No answer in time: an Outage that is a TimeoutError as well, as many clients' are."""


@prepared(virtual_time)
def raced(answer, ops, stagger, cancel_at=None):
    """first_success(ops, stagger={stagger}); each op is told as [seconds that it takes, what it gives or "fails", seconds that it takes to clean up]: {ops!r}."""
    journal = Journal()
    errors = {
        number: (TimedOut, Outage)[number // 2 % 2]("no answer") for number in range(len(ops))
    }
    a_value = Outage("a value")
    given = [
        journal.operation(
            number,
            takes=takes,
            gives=a_value if gives == "an error object" else gives,
            fails=errors[number] if gives == "fails" else None,
            cleanup=cleanup,
        )
        for number, (takes, gives, cleanup) in enumerate(ops)
    ]
    call = answer.first_success(given, stagger=stagger)
    ended = outlived(journal, call, cancel_at=cancel_at)
    _raise(ended.error, SLIPS)
    return {
        "value": "an error object" if ended.value is a_value else ended.value,
        "error": described(ended.error),
        "at": ended.at,
        "running": ended.running,
        "entries": journal.told(),
        "is_group": isinstance(ended.error, ExceptionGroup),
        "is_cancelled": isinstance(ended.error, asyncio.CancelledError),
        "leaves": sorted((_number(errors, leaf) for leaf in leaves(ended.error)), key=str),
    }


@prepared(virtual_time)
def left(answer, ops, stagger, cancel_at=None):
    """first_success(ops, stagger={stagger}), with ops as [seconds that it takes, what it gives or "fails"], each of which takes a second to clean up: {ops!r}."""
    journal = Journal()
    call = answer.first_success(_ops(journal, ops, cleanup=1), stagger=stagger)
    ran = run_virtual(call, cancel_at=cancel_at)
    if not journal.times("started"):
        _raise(ran.error)
    return {
        "started": len(journal.times("started")),
        "tasks": [each.replace(AN_OP, "an op") for each in ran.left.tasks],
        "running": sorted(journal.running),
        "cancelled": sorted(journal.order("cancelled")),
    }


@prepared(virtual_time)
def in_a_limit(answer, cases, stagger, limit):
    """A caller under asyncio.timeout({limit}) awaits first_success(ops, stagger={stagger}), and then something that takes longer; the ops, as [seconds that it takes, what it gives or "fails"]: {cases!r}."""
    return [_in_a_limit(answer, ops, stagger, limit) for ops in cases]


def _in_a_limit(answer, ops, stagger, limit):
    journal, came_out = Journal(), []

    async def caller():
        async with asyncio.timeout(limit):
            try:
                value = await answer.first_success(_ops(journal, ops), stagger=stagger)
                came_out.append(f"returned {value!r}")
            except BaseException as error:
                came_out.append(f"raised {type(error).__name__}")
                if not isinstance(error, Exception):
                    raise
            await asyncio.sleep(2 * limit)

    ran = run_virtual(caller())
    return {
        "started": len(journal.times("started")),
        "came_out": came_out[0],
        "then": type(ran.error).__name__,
        "at": ran.at,
    }


def _ops(journal, ops, cleanup=0):
    return [
        journal.operation(
            number,
            takes=takes,
            gives=gives,
            fails=Outage() if gives == "fails" else None,
            cleanup=cleanup,
        )
        for number, (takes, gives) in enumerate(ops)
    ]


def _raise(error, kinds=BaseException):
    """Let the first error of these kinds in it come out, bare, and so be told with its lines."""
    for leaf in leaves(error):
        if isinstance(leaf, kinds):
            raise leaf


def _number(errors, leaf):
    """Which op's error it is, or its type's name if it is none of theirs."""
    return next((n for n, error in errors.items() if error is leaf), type(leaf).__name__)
