"""Service: no new items after a stop, one grace period for all handlers, and the closers whatever failed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import pytest

from pypatterns.flow import Service, ServiceStopped
from pypatterns.tasks import run_virtual

Plan = Callable[[Service[float], "asyncio.Task[None]"], Coroutine[Any, Any, None]]


class Diary:
    """A service whose handlers sleep for the seconds that they are given; what happened, and when."""

    def __init__(self, *failing: str, grace: float = 5) -> None:
        self.lines: list[tuple[float, str]] = []
        self._failing = failing
        self._service = Service(self._handle, [self._journal, self._database], grace=grace)

    async def follow(self, plan: Plan) -> list[tuple[float, str]]:
        """Run the service, and the plan beside it."""
        running = asyncio.create_task(self._service.run())
        await asyncio.sleep(0)
        await plan(self._service, running)
        try:
            await running
        except* OSError as errors:
            self.note(f"raised {len(errors.exceptions)}")
        return self.lines

    def note(self, text: str) -> None:
        """Write it down with the second."""
        self.lines.append((asyncio.get_running_loop().time(), text))

    async def _handle(self, seconds: float) -> None:
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            await asyncio.sleep(1)
            self.note(f"{seconds:g} cleaned up")
            raise
        if "handler" in self._failing:
            raise OSError(seconds)
        self.note(f"{seconds:g} done")

    async def _journal(self) -> None:
        self.note("journal")
        if "journal" in self._failing:
            raise OSError("disk full")

    async def _database(self) -> None:
        self.note("database")


def submit_and_stop(*seconds: float, stops: Sequence[float] = (0,)) -> Plan:
    """Submit an item for each number of seconds, and stop after so many seconds, once or twice."""

    async def plan(service: Service[float], _: asyncio.Task[None]) -> None:
        for each in seconds:
            service.submit(each)
        for after in stops:
            await asyncio.sleep(after)
            service.stop()

    return plan


def test_handlers_finish_and_then_the_closers_run() -> None:
    """Without waiting for the grace period."""
    lines = run_virtual(Diary().follow(submit_and_stop(1, 2)))

    assert lines == [(1, "1 done"), (2, "2 done"), (2, "journal"), (2, "database")]


def test_the_grace_period_is_one_for_all() -> None:
    """It begins with the stop; the closers wait for the clean-up of those that were cancelled."""
    lines = run_virtual(Diary().follow(submit_and_stop(4, 60, 70)))

    assert lines[0] == (4, "4 done")
    assert sorted(lines[1:3]) == [(6, "60 cleaned up"), (6, "70 cleaned up")]
    assert lines[3:] == [(6, "journal"), (6, "database")]


def test_a_second_stop_cancels_at_once() -> None:
    """And once: the end of the grace period does not interrupt the clean-up."""
    lines = run_virtual(Diary(grace=2).follow(submit_and_stop(60, stops=(0, 1.5))))

    assert lines == [(2.5, "60 cleaned up"), (2.5, "journal"), (2.5, "database")]


def test_nothing_is_taken_after_a_stop() -> None:
    """The message names the item."""

    async def too_late(service: Service[float], _: asyncio.Task[None]) -> None:
        service.stop()
        with pytest.raises(ServiceStopped, match="takes no 3"):
            service.submit(3)

    assert run_virtual(Diary().follow(too_late)) == [(0, "journal"), (0, "database")]


def test_all_errors_come_out_together() -> None:
    """A handler that raises stops the service; the others finish, and every closer runs."""
    lines = run_virtual(Diary("handler", "journal").follow(submit_and_stop(1, 2, stops=())))

    assert lines == [(2, "journal"), (2, "database"), (2, "raised 3")]


def test_cancelling_run_skips_the_grace() -> None:
    """The handlers are cancelled at once, the closers run, and an error is reported to the loop's exception handler."""
    diary = Diary("journal")
    reported: list[str] = []

    async def cancel(service: Service[float], running: asyncio.Task[None]) -> None:
        asyncio.get_running_loop().set_exception_handler(
            lambda _, told: reported.append(str(told["exception"]))
        )
        service.submit(60)
        await asyncio.sleep(1)
        running.cancel()

    with pytest.raises(asyncio.CancelledError):
        run_virtual(diary.follow(cancel))

    assert diary.lines == [(2, "60 cleaned up"), (2, "journal"), (2, "database")]
    assert reported == ["disk full"]
