"""Run a coroutine on the virtual clock, and say how it ended, when, and what it left behind.

>>> @prepared(virtual_time)
... def failure_among_others(answer):
...     journal, outage = Journal(), Outage()
...     good, bad = journal.operation("good", takes=None, cleanup=0.5), journal.operation("bad", takes=1, fails=outage)
...     ran = run_virtual(answer.bounded_map(lambda call: call(), [good, bad, good], limit=3))
...     return {
...         "error": described(ran.error, {"outage": outage}),  # {'type': 'Outage', 'text': '', 'is': 'outage'}
...         "at": ran.at,                                       # 1.5 virtual seconds after the start
...         "running": journal.running,                         # [], if the others finished their clean-up first
...         "left": ran.left.tasks,                             # []
...     }

`ran.left` is taken when the call has ended and all that was ready to run has run; no more time passes. `outlived` stays
a while after the end, and the journal says what the call's tasks still do:

>>> ended = outlived(journal, answer.bounded_map(fetch, orders, limit=3))
>>> ended.error, ended.at, ended.running         # at the moment at which it came out
>>> [entry for entry in journal.entries if entry.what == "started" and entry.at > ended.at]  # and what happened later
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Hashable
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Any

from pypatterns.course.checking.introspection.ownership import answers_folder, files_of, is_learners
from pypatterns.course.checking.introspection.tasks import pending
from pypatterns.course.checking.probes.journal import Journal
from pypatterns.course.checking.probes.loop_leaks import Left, leave, watched
from pypatterns.course.checking.probes.threads import Deadlocked
from pypatterns.course.checking.probes.virtual_clock import NeverEnds, clock, now

TURNS = 30  # of the loop, for what was ready to run when the call ended
AFTERWARDS = 60.0  # virtual seconds
CALL = "the call"  # the name of its task


@dataclass(frozen=True, slots=True)
class Ran:
    """How a call ended, at which virtual second of its own, and what it left behind."""

    value: Any
    error: BaseException | None
    at: float
    left: Left

    def get(self) -> Any:
        """The value, or the error raised: for a driver that expects none."""
        if self.error is not None:
            raise self.error
        return self.value


def run_virtual(call: Any, *, cancel_at: float | None = None) -> Ran:
    """Run a coroutine in an event loop of its own; if it takes as long, cancel it after `cancel_at` seconds.

    What is no awaitable has ended already. An error of the call is in what comes back. Raises `Deadlocked` and `NeverEnds`
    where no end will ever come, and `RuntimeError` where the time is not virtual.
    """
    clock().begin()
    began = now()
    if not inspect.isawaitable(call):
        return Ran(call, None, 0.0, Left())
    loop = asyncio.new_event_loop()
    with watched(loop) as found:
        task = asyncio.ensure_future(call, loop=loop)
        error = _end(loop, task, cancel_at)
        at = round(now() - began, 9)
        loop.run_until_complete(_settle())
    loop.close()
    return Ran(None if error else task.result(), error, at, found.left())


def _end(
    loop: asyncio.AbstractEventLoop, task: asyncio.Task[Any], cancel_at: float | None
) -> BaseException | None:
    """See the call to its end; its error, if it has one."""
    task.set_name(CALL)
    timer = None if cancel_at is None else loop.call_later(cancel_at, task.cancel)
    try:
        loop.run_until_complete(task)
    except BaseException as error:
        if task.done() and not isinstance(error, Deadlocked | NeverEnds):
            return error
        never_ends = isinstance(error, NeverEnds) and not task.done()
        standing = _standing() if never_ends else None
        leave(loop)
        if never_ends:
            raise error.with_traceback(standing) from None
        raise
    finally:
        if timer is not None:
            timer.cancel()
    return None


async def _settle() -> None:
    for _ in range(TURNS):
        await asyncio.sleep(0)


def _standing() -> TracebackType | None:
    """A traceback to the line at which the call stands: it raised nothing, but that is the line to show."""
    tasks = sorted(
        pending(partial(is_learners, is_own=files_of(answers_folder()))),
        key=lambda each: each.task != CALL,
    )
    frame = next((each.frame for each in tasks if each.frame is not None), None)
    return TracebackType(None, frame, frame.f_lasti, frame.f_lineno) if frame else None


@dataclass(frozen=True, slots=True)
class Aftermath:
    """How a call ended, at which virtual second of its own, and which calls in the journal still ran then."""

    value: Any
    error: BaseException | None
    at: float
    running: list[Hashable]


def outlived(
    journal: Journal,
    call: Awaitable[Any],
    *,
    cancel_at: float | None = None,
    afterwards: float = AFTERWARDS,
) -> Aftermath:
    """Run the call, cancel it after `cancel_at` seconds if it takes as long, and stay for `afterwards` seconds.

    An error of the call is in what comes back. Raises what `run_virtual` raises where no end will ever come.
    """
    seen: list[Aftermath] = []

    async def caller() -> None:
        value, error, began = None, None, now()
        timer = _cancel_me(cancel_at)
        try:
            value = await call
        except BaseException as raised:  # noqa: BLE001 - whatever it is, a check says what it thinks of it
            error = raised
        if timer is not None:
            timer.cancel()
        seen.append(Aftermath(value, error, round(now() - began, 9), list(journal.running)))
        await asyncio.sleep(afterwards)

    run_virtual(caller()).get()
    return seen[0]


def _cancel_me(after: float | None) -> asyncio.TimerHandle | None:
    """Have this task cancelled; its own end is later than the call's, so the timer must be stopped."""
    task = asyncio.current_task()
    if after is None or task is None:
        return None
    return asyncio.get_running_loop().call_later(after, task.cancel)
