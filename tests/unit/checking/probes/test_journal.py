"""The journal: what calls do is written down with its moment, and who has not ended is known."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import anyio
import pytest

from pypatterns.course.checking.probes.journal import MOST_ENTRIES, Journal
from pypatterns.course.checking.probes.tasks import run_virtual
from pypatterns.course.checking.probes.virtual_clock import virtual_time
from pypatterns.course.checking.shared import wire


@pytest.fixture(autouse=True)
def virtual() -> Iterator[None]:
    """Virtual time for every test."""
    with virtual_time():
        yield


def test_two_workers_are_two_at_once_and_refill_at_once() -> None:
    """Peak, order and moments of what runs."""
    journal = Journal()

    async def fetch(item: str) -> None:
        async with journal.call(item):
            await asyncio.sleep({"a": 1, "b": 3}.get(item, 2))

    async def two_at_once() -> None:
        items = iter("abcd")

        async def worker() -> None:
            for item in items:
                await fetch(item)

        await asyncio.gather(worker(), worker())

    run_virtual(two_at_once())

    assert (journal.highest, journal.running) == (2, [])
    assert journal.order("started") == ["a", "b", "c", "d"]
    assert journal.times("started") == [0, 0, 1, 3]
    assert journal.times("ended") == [1, 3, 3, 5]


def test_an_operation_gives_or_fails_as_told() -> None:
    """With the very objects, after its time, whatever it is called with."""
    journal, outage = Journal(), ConnectionError("no tea")

    gives = run_virtual(journal.operation("good", takes=2, gives="tea")("any", "arguments"))
    fails = run_virtual(journal.operation("bad", takes=1, fails=outage)())

    assert (gives.value, fails.error) == ("tea", outage)
    assert journal.told() == [
        (0, "started", "good"),
        (2, "ended", "good"),
        (2, "started", "bad"),
        (3, "failed", "bad"),
    ]


def test_a_cancelled_call_cleans_up() -> None:
    """It runs until it has, and the moment of both is known."""
    journal = Journal()

    ran = run_virtual(journal.operation("op", takes=None, cleanup=0.5)(), cancel_at=1)

    assert ran.at == 1.5
    assert journal.running == []
    assert journal.told()[1:] == [(1, "cancelled", "op"), (1.5, "cleaned up", "op")]


def test_a_second_cancellation_interrupts_the_clean_up() -> None:
    """It is written down, and the call never comes to its end."""
    journal = Journal()

    async def impatient() -> None:
        task = asyncio.ensure_future(journal.operation("op", takes=None, cleanup=2)())
        for _ in range(2):
            await asyncio.sleep(1)
            task.cancel()
        await asyncio.wait([task])

    run_virtual(impatient())

    assert journal.running == ["op"]
    assert journal.told()[1:] == [(1, "cancelled", "op"), (2, "interrupted", "op")]


def test_who_was_not_waited_for_still_runs() -> None:
    """A caller that cancels and does not wait leaves a clean-up half done."""
    journal = Journal()

    async def hasty() -> None:
        task = asyncio.create_task(journal.operation("op", takes=None, cleanup=0.5)())
        await asyncio.sleep(1)
        task.cancel()

    ran = run_virtual(hasty())

    assert ran.at == 1
    assert journal.running == ["op"]
    assert journal.order("cleaned up") == []


def test_anyio_lets_a_clean_up_finish() -> None:
    """It cancels again and again, but not what cleans up behind a shield, as ours does."""
    journal = Journal()

    async def scoped() -> None:
        with anyio.move_on_after(1):
            async with anyio.create_task_group() as group:
                group.start_soon(journal.operation("one", takes=None, cleanup=0.5))
                group.start_soon(journal.operation("two", takes=None, cleanup=0.25))

    ran = run_virtual(scoped())

    assert ran.at == 1.5
    assert journal.running == []
    assert journal.times("cleaned up") == [1.25, 1.5]


def test_a_dropped_call_leaves_nothing_of_ours() -> None:
    """What the journal needs for itself is no open generator of the answer's."""
    journal = Journal()

    async def leave() -> None:
        asyncio.create_task(journal.operation("op", takes=None)(), name="op")  # noqa: RUF006 - that is the leak

    left = run_virtual(leave()).left

    assert left.tasks
    assert left.generators == []


def test_a_journal_counts_from_its_opening() -> None:
    """A second journal begins at zero, whatever the clock says."""
    run_virtual(asyncio.sleep(100))
    journal = Journal()

    run_virtual(journal.operation(takes=1)())

    assert journal.times("ended") == [1]


def test_what_is_told_is_short_plain_data() -> None:
    """It crosses to the judge, and of a flood the beginning does."""
    journal = Journal()
    for number in range(1000):
        journal.note("seen", number)

    told = journal.told()

    assert len(told) == MOST_ENTRIES
    assert wire.decode(wire.encode(told)) == told
