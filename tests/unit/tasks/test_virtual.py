"""run_virtual: hours pass at once, in the right order, and waiting for nothing is told."""

from __future__ import annotations

import asyncio

import pytest

from pypatterns.tasks import run_virtual
from pypatterns.tasks.virtual import Stuck


def test_an_hour_takes_no_time() -> None:
    """The clock moves to the next timer, and to no other moment."""
    woke: list[tuple[str, float]] = []

    async def sleep(name: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        woke.append((name, asyncio.get_running_loop().time()))

    async def both() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(sleep("hour", 3600))
            group.create_task(sleep("minute", 60))

    run_virtual(both())

    assert woke == [("minute", 60), ("hour", 3600)]


def test_deadlines_are_exact() -> None:
    """To the second, whatever else goes on on the machine."""

    async def hang() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(12.5):
                await asyncio.Event().wait()
        return asyncio.get_running_loop().time()

    assert run_virtual(hang()) == 12.5


def test_waiting_for_nothing_is_an_error() -> None:
    """No timer is left: nothing could ever go on."""
    with pytest.raises(Stuck, match="no timer"):
        run_virtual(asyncio.Event().wait())
