"""first_success: staggered starts, the first value, and nobody left who still runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from pypatterns.tasks import first_success, run_virtual


class Race:
    """Makes operations, and writes down when each begins, ends and has cleaned up."""

    def __init__(self) -> None:
        self.starts: dict[str, float] = {}
        self.cleaned: dict[str, float] = {}

    def op(
        self, name: str, takes: float, *, gives: object = None, fails: BaseException | None = None
    ) -> Callable[[], Coroutine[Any, Any, object]]:
        async def op() -> object:
            now = asyncio.get_running_loop().time
            self.starts[name] = now()
            try:
                await asyncio.sleep(takes)
            except asyncio.CancelledError:
                await asyncio.sleep(0.5)
                self.cleaned[name] = now()
                raise
            if fails:
                raise fails
            return gives

        return op


@pytest.mark.parametrize("value", ["price", None])
def test_the_first_value_wins_and_the_others_have_cleaned_up(value: object) -> None:
    """Starts two seconds apart; who has not started never does."""
    race = Race()
    ops = [race.op("a", 9), race.op("b", 1, gives=value), race.op("c", 1)]

    assert run_virtual(first_success(ops, stagger=2)) is value
    assert race.starts == {"a": 0, "b": 2}
    assert race.cleaned == {"a": 3.5}


def test_a_failure_starts_the_next_at_once() -> None:
    """And the stagger counts from that start."""
    race = Race()
    ops = [
        race.op("a", 1, fails=ValueError()),
        race.op("b", 9, gives="b"),
        race.op("c", 2, gives="c"),
    ]

    assert run_virtual(first_success(ops, stagger=4)) == "c"
    assert race.starts == {"a": 0, "b": 1, "c": 5}


def test_all_failures_come_out_together() -> None:
    """The very objects, when the last one has failed."""
    race = Race()
    errors = [ValueError("a"), LookupError("b")]
    ops = [race.op("a", 5, fails=errors[0]), race.op("b", 1, fails=errors[1])]

    with pytest.raises(ExceptionGroup, match="none of 2") as failed:
        run_virtual(first_success(ops, stagger=1))

    assert set(failed.value.exceptions) == set(errors)


def test_cancelling_the_caller_cancels_all_that_run() -> None:
    """Each has cleaned up before the caller is cancelled."""
    race = Race()

    async def give_up() -> None:
        async with asyncio.timeout(3):
            await first_success([race.op(name, 60) for name in "abcd"], stagger=2)

    with pytest.raises(TimeoutError):
        run_virtual(give_up())

    assert race.cleaned == {"a": 3.5, "b": 3.5}


def test_its_caller_goes_on_undisturbed() -> None:
    """A deadline round the race and what comes after it still comes out as TimeoutError."""
    race = Race()

    async def go_on() -> None:
        async with asyncio.timeout(10):
            assert await first_success([race.op("a", 9), race.op("b", 1, gives="b")], stagger=1)
            await asyncio.sleep(60)

    with pytest.raises(TimeoutError):
        run_virtual(go_on())


def test_an_op_that_somebody_else_cancels_is_no_failure() -> None:
    """The caller hears of it as what it is."""
    race = Race()

    with pytest.raises(asyncio.CancelledError):
        run_virtual(first_success([race.op("a", 1, fails=asyncio.CancelledError())], stagger=1))


def test_none_to_ask() -> None:
    """A mistake of the caller's."""
    with pytest.raises(ValueError, match="no ops"):
        run_virtual(first_success([], stagger=1))
