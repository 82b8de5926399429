"""Race operations on the virtual clock, and write down which started when, and what became of them."""

import asyncio

from pypatterns.course.checking.probes.aftermath import outlived
from pypatterns.course.checking.probes.clock import virtual_time
from pypatterns.course.checking.probes.errors import described, leaves
from pypatterns.course.checking.probes.journal import Journal
from pypatterns.course.checking.probes.prepare import prepared
from pypatterns.course.checking.probes.tasks import run_virtual


class Outage(Exception):
    """A mirror does not answer."""


@prepared(virtual_time)
def raced(answer, ops, stagger, cancel_at=None):
    """first_success(ops, stagger={stagger}); each op is told as [seconds that it takes, what it gives or "fails", seconds that it takes to clean up]: {ops!r}."""
    journal = Journal()
    errors = {number: Outage(f"no answer from mirror {number}") for number in range(len(ops))}
    given = [
        journal.operation(
            number,
            takes=takes,
            gives=gives,
            fails=errors[number] if gives == "fails" else None,
            cleanup=cleanup,
        )
        for number, (takes, gives, cleanup) in enumerate(ops)
    ]
    call = answer.first_success(given, stagger=stagger)
    ended = outlived(journal, call, cancel_at=cancel_at)
    return {
        "value": ended.value,
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
    given = [
        journal.operation(
            takes=takes, gives=gives, fails=Outage() if gives == "fails" else None, cleanup=1
        )
        for takes, gives in ops
    ]
    ran = run_virtual(answer.first_success(given, stagger=stagger), cancel_at=cancel_at)
    return {"started": len(journal.times("started")), "tasks": ran.left.tasks}


def _number(errors, leaf):
    """Which op's error it is, or its type's name if it is none of theirs."""
    return next((n for n, error in errors.items() if error is leaf), type(leaf).__name__)
