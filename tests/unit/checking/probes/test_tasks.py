"""Runs on the virtual clock: how a call ended and when, and what is raised where it never will."""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections.abc import Awaitable, Callable, Iterator
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest

from pypatterns.course.checking.probes.loop_leaks import Left
from pypatterns.course.checking.probes.tasks import Ran, run_virtual
from pypatterns.course.checking.probes.threads import Deadlocked
from pypatterns.course.checking.probes.virtual_clock import NeverEnds, now, virtual_time


@pytest.fixture(autouse=True)
def virtual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Virtual time for every test, in a folder as small as an answer's."""
    monkeypatch.chdir(tmp_path)
    with virtual_time():
        yield


async def never() -> None:
    """Wait for what does not come."""
    await asyncio.Event().wait()


async def brew(seconds: float) -> str:
    """Take some time."""
    await asyncio.sleep(seconds)
    return "tea"


def test_a_value_comes_with_its_moment() -> None:
    """What came back, at which second of the run, and that nothing is left."""
    assert run_virtual(brew(2.5)) == Ran("tea", None, 2.5, Left())


def test_each_run_counts_from_its_own_start() -> None:
    """The clock goes on, the seconds of a run begin at zero."""
    ends = [run_virtual(brew(2)).at for _ in range(3)]

    assert ends == [2, 2, 2]
    assert now() == 6


def test_an_error_is_data_until_it_is_asked_for() -> None:
    """The very object, raised by `get` with the lines that it went through."""
    outage = ConnectionError("no tea")

    async def fail() -> None:
        await asyncio.sleep(1)
        raise outage

    ran = run_virtual(fail())

    assert ran == Ran(None, outage, 1, Left())
    with pytest.raises(ConnectionError) as caught:
        ran.get()
    assert "fail" in [entry.name for entry in caught.traceback]


def test_a_value_that_is_an_error_is_a_value() -> None:
    """Only what was raised counts as one."""

    async def answer() -> Exception:
        return ValueError("a value")

    ran = run_virtual(answer())

    assert ran.error is None
    assert isinstance(ran.get(), ValueError)


def test_a_caller_is_cancelled_at_its_moment() -> None:
    """A call that lasts longer is cancelled then, and its clean-up takes its time."""

    async def tidy() -> None:
        try:
            await never()
        finally:
            await asyncio.sleep(0.5)

    ran = run_virtual(tidy(), cancel_at=1.5)

    assert isinstance(ran.error, asyncio.CancelledError)
    assert ran.at == 2
    assert ran.left == Left()


def test_a_call_that_ends_earlier_is_not_cancelled() -> None:
    """And nothing of the plan to do so is left."""
    assert run_virtual(brew(1), cancel_at=1.5) == Ran("tea", None, 1, Left())


def test_what_is_no_awaitable_has_ended() -> None:
    """An answer that forgot its `async` gave its result at once."""
    assert run_virtual(["tea"]) == Ran(["tea"], None, 0, Left())


def test_any_awaitable_is_run() -> None:
    """It need not be a coroutine."""

    class Order:
        def __await__(self) -> Any:
            return brew(1).__await__()

    assert run_virtual(Order()).get() == "tea"


def test_an_exit_is_an_error_like_others() -> None:
    """What would end a process ends the call."""

    async def leave() -> None:
        sys.exit(3)

    assert isinstance(run_virtual(leave()).error, SystemExit)


def test_a_deadlock_is_raised() -> None:
    """Not told as data: it has a verdict of its own."""
    with pytest.raises(Deadlocked) as caught:
        run_virtual(never())

    assert "the call" in [location.who for location in caught.value.autopsy.locations]


def test_a_deadlock_is_not_told_with_tasks_of_a_run_before() -> None:
    """Only so many tasks are told: what earlier runs have left for good must not take their places."""

    async def crowd() -> None:
        tasks = [asyncio.create_task(never(), name=f"of old, {n}") for n in range(100)]
        await asyncio.wait(tasks)

    told = []
    for call in (crowd(), never()):
        with pytest.raises(Deadlocked) as caught:
            run_virtual(call)
        told.append({location.who for location in caught.value.autopsy.locations})

    assert any(who.startswith("of old") for who in told[0])
    assert {who for who in told[1] if who != "MainThread"} == {"the call"}


def test_a_deadlock_in_the_answers_own_loop_is_raised() -> None:
    """Wherever that loop runs."""
    with pytest.raises(Deadlocked):
        run_virtual(asyncio.to_thread(asyncio.run, never()))


ANSWER = """
import asyncio
async def wait():
    await asyncio.sleep(30)      # line 4
async def retry():
    while True:
        await wait()             # line 7
async def turn():
    while True:
        await asyncio.sleep(0)   # line 10
async def in_a_group():
    async with asyncio.TaskGroup() as group:
        group.create_task(retry())   # the group's own line is 12
"""


@pytest.mark.parametrize(
    ("name", "line"),
    [("retry", 4), ("turn", 10), ("in_a_group", 12)],
    ids=["retry", "turn", "group"],
)
def test_what_never_ends_is_told_with_the_line_it_is_at(
    tmp_path: Path, name: str, line: int
) -> None:
    """The line did not raise, but it is the learner's own, and where to look."""
    file = tmp_path / "answer.py"
    file.write_text(ANSWER)
    answer: dict[str, Callable[[], Awaitable[None]]] = {}
    exec(compile(ANSWER, str(file), "exec"), answer)

    with pytest.raises(NeverEnds) as caught:
        run_virtual(answer[name]())
    lines = [
        entry.lineno
        for entry in traceback.extract_tb(caught.value.__traceback__)
        if entry.filename == str(file)
    ]

    assert lines == [line]


def test_an_endless_call_is_no_error_that_an_answer_could_keep() -> None:
    """Raised out of the answer's own code, it is raised again, whatever became of it."""

    async def read() -> None:
        from time import monotonic  # noqa: PLC0415 - as an answer does, after the step

        for _ in repeat(None):
            monotonic()

    with pytest.raises(NeverEnds, match="nothing ever paused"):
        run_virtual(read())
