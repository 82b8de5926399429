"""Stay a while after a call has ended: what it left behind goes on, and a journal says what it does.

>>> ended = outlived(journal, answer.bounded_map(fetch, orders, limit=3))
>>> ended.error, ended.at, ended.running         # at the moment at which it came out
>>> [entry for entry in journal.entries if entry.what == "started" and entry.at > ended.at]  # and what happened later

`run_virtual` stops the time when the call has ended, so it can tell which tasks are left; not what they would have done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Hashable
from dataclasses import dataclass
from typing import Any

from pypatterns.course.checking.probes.clock import now
from pypatterns.course.checking.probes.journal import Journal
from pypatterns.course.checking.probes.tasks import run_virtual

AFTERWARDS = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Ended:
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
) -> Ended:
    """Run the call, cancel it after `cancel_at` seconds if it takes as long, and stay for `afterwards` seconds.

    An error of the call is in what comes back. Raises what `run_virtual` raises where no end will ever come.
    """
    seen: list[Ended] = []

    async def caller() -> None:
        value, error, began = None, None, now()
        timer = _cancel_me(cancel_at)
        try:
            value = await call
        except BaseException as raised:  # noqa: BLE001 - whatever it is, a check says what it thinks of it
            error = raised
        if timer is not None:
            timer.cancel()
        seen.append(Ended(value, error, round(now() - began, 9), list(journal.running)))
        await asyncio.sleep(afterwards)

    run_virtual(caller()).get()
    return seen[0]


def _cancel_me(after: float | None) -> asyncio.TimerHandle | None:
    """Have this task cancelled; its own end is later than the call's, so the timer must be stopped."""
    task = asyncio.current_task()
    if after is None or task is None:
        return None
    return asyncio.get_running_loop().call_later(after, task.cancel)
