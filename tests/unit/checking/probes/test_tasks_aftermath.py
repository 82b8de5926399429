"""The aftermath: how a call ended is seen at its end, and what it left behind is seen afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from pypatterns.course.checking.probes.journal import Journal
from pypatterns.course.checking.probes.tasks import Aftermath, outlived
from pypatterns.course.checking.probes.threads import Deadlocked
from pypatterns.course.checking.probes.virtual_clock import now, virtual_time


@pytest.fixture(autouse=True)
def virtual() -> Iterator[None]:
    """Virtual time for every test."""
    with virtual_time():
        yield


async def brew(seconds: float) -> str:
    """Take some time."""
    await asyncio.sleep(seconds)
    return "tea"


def test_what_is_left_behind_goes_on() -> None:
    """It runs at the end of the call, and the journal tells its own end."""
    journal = Journal()
    tasks: list[asyncio.Task[Any]] = []

    async def forgetful() -> None:
        tasks.append(asyncio.ensure_future(journal.operation("left", takes=5)()))
        await asyncio.sleep(2)

    ended = outlived(journal, forgetful())

    assert ended == Aftermath(None, None, 2, ["left"])
    assert journal.told()[-1] == (5, "ended", "left")


def test_time_goes_on_for_a_while_only() -> None:
    """Whoever takes longer than that has not ended."""
    journal = Journal()

    async def forgetful() -> asyncio.Task[Any]:
        return asyncio.ensure_future(journal.operation("left", takes=5)())

    outlived(journal, forgetful(), afterwards=3)

    assert journal.times("ended") == []
    assert now() == 3


def test_an_error_is_data() -> None:
    """The very object."""
    outage = ConnectionError("no tea")
    journal = Journal()

    ended = outlived(journal, journal.operation("bad", takes=1, fails=outage)())

    assert ended == Aftermath(None, outage, 1, [])


def test_a_call_is_cancelled_and_cleans_up() -> None:
    """The caller is cancelled, and stays all the same."""
    journal = Journal()

    ended = outlived(journal, journal.operation("op", takes=None, cleanup=0.5)(), cancel_at=2)

    assert isinstance(ended.error, asyncio.CancelledError)
    assert (ended.at, ended.running) == (2.5, [])


def test_a_call_that_ends_earlier_is_not_cancelled() -> None:
    """Nor is what comes afterwards."""
    assert outlived(Journal(), brew(1), cancel_at=2) == Aftermath("tea", None, 1, [])


def test_a_call_that_never_ends_is_a_deadlock() -> None:
    """It has a verdict of its own."""
    with pytest.raises(Deadlocked):
        outlived(Journal(), asyncio.Event().wait())
