"""call_with_budget: a limit for each try, one for all, and nobody else's TimeoutError taken for ours."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from pypatterns.tasks import call_with_budget, run_virtual

Op = Callable[[], Coroutine[Any, Any, Any]]


def slow_then(value: object, slow: int) -> tuple[Op, list[float]]:
    """Hangs for the first `slow` calls, then answers after a second; and the times of its calls."""
    calls: list[float] = []

    async def op() -> object:
        calls.append(asyncio.get_running_loop().time())
        await asyncio.sleep(60 if len(calls) <= slow else 1)
        return value

    return op, calls


async def timed(call: Coroutine[Any, Any, Any]) -> tuple[object, float]:
    """The value or the error, and when it came."""
    try:
        got = await call
    except Exception as error:  # noqa: BLE001 - what is looked at
        got = error
    return got, asyncio.get_running_loop().time()


@pytest.mark.parametrize("value", ["price", None])
def test_a_slow_try_makes_room_for_the_next(value: object) -> None:
    """At once; the first value is returned, None included."""
    op, calls = slow_then(value, slow=2)

    got, at = run_virtual(timed(call_with_budget(op, tries=3, per_try=2, total=60)))

    assert (got, at, calls) == (value, 5, [0, 2, 4])


@pytest.mark.parametrize(
    ("tries", "total", "end", "calls", "words"),
    [
        (3, 60, 6, [0, 2, 4], "3 tries of 2 s"),
        (9, 5, 5, [0, 2, 4], "within 5 s"),
        (9, 1, 1, [0], "within 1 s"),
    ],
    ids=["no try left", "no time left", "less time than a try"],
)
def test_the_budget_is_never_overdrawn(
    tries: int, total: float, end: float, calls: list[float], words: str
) -> None:
    """Tries or seconds, whichever ends first; the running try is cut short."""
    op, called = slow_then(1, slow=99)

    error, at = run_virtual(timed(call_with_budget(op, tries=tries, per_try=2, total=total)))

    assert isinstance(error, TimeoutError)
    assert isinstance(error.__cause__, TimeoutError)
    assert words in str(error)
    assert (at, called) == (end, calls)


@pytest.mark.parametrize("kind", [TimeoutError, ValueError])
def test_an_error_of_the_operation_is_its_own(kind: type[Exception]) -> None:
    """It comes out unchanged after one call, even if it is called as ours would be."""
    mine, calls = kind("the database"), []

    async def op() -> None:
        calls.append(1)
        await asyncio.sleep(1)
        raise mine

    error, at = run_virtual(timed(call_with_budget(op, tries=3, per_try=2, total=60)))

    assert error is mine
    assert (at, calls) == (1, [1])


def test_cancelling_the_caller_ends_the_try() -> None:
    """With CancelledError, and no other try."""
    op, calls = slow_then(1, slow=99)

    async def cancelled() -> bool:
        task = asyncio.create_task(call_with_budget(op, tries=3, per_try=9, total=60))
        await asyncio.sleep(1)
        task.cancel()
        await asyncio.wait([task])
        return task.cancelled()

    assert run_virtual(cancelled())
    assert calls == [0]


def test_at_least_one_try() -> None:
    """The message names the number."""
    op, _ = slow_then(1, slow=0)

    with pytest.raises(ValueError, match="tries is 0"):
        run_virtual(call_with_budget(op, tries=0, per_try=1, total=1))
