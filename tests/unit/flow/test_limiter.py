"""RateLimiter: a burst at once, then one per step; a caller that gives up costs the others nothing."""

from __future__ import annotations

import asyncio

import pytest

from pypatterns.flow import RateLimiter
from pypatterns.tasks import run_virtual


async def starts(limiter: RateLimiter, count: int, *cancelled: int) -> list[float]:
    """When so many callers come through that call now; some of them are cancelled a hundredth of a second later."""
    began, found = asyncio.get_running_loop().time(), []

    async def call() -> None:
        await limiter.acquire()
        found.append(asyncio.get_running_loop().time() - began)

    calls = [asyncio.create_task(call()) for _ in range(count)]
    await asyncio.sleep(0.01)
    for place in cancelled:
        calls[place].cancel()
    await asyncio.wait(calls)
    return found


def test_a_burst_at_once_and_then_one_per_step() -> None:
    """Four per second, three of them at once."""

    async def rush() -> list[float]:
        return await starts(RateLimiter(4, 1.0, burst=3), 6)

    assert run_virtual(rush()) == [0, 0, 0, 0.25, 0.5, 0.75]


def test_a_pause_gives_one_burst_and_no_more() -> None:
    """However long it was."""

    async def rush_after_a_pause() -> list[float]:
        limiter = RateLimiter(4, 1.0, burst=2)
        await asyncio.sleep(3600)
        return await starts(limiter, 4)

    assert run_virtual(rush_after_a_pause()) == [0, 0, 0.25, 0.5]


def test_a_cancelled_caller_takes_no_token() -> None:
    """The others move up."""

    async def some_give_up() -> list[float]:
        return await starts(RateLimiter(4, 1.0), 6, 1, 2, 4)

    assert run_virtual(some_give_up()) == [0, 0.25, 0.5]


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (0.625, [0, 0, 0, 0.625, 0.625, 0.75]),  # two tokens came meanwhile
        (2.25, [0, 0, 0, 2.25, 2.25, 2.25]),  # more came than the three that can be kept
    ],
)
def test_a_loop_that_was_held_up_catches_up(until: float, expected: list[float]) -> None:
    """The tokens that came meanwhile are there, up to the burst. A clock that jumps stands for code that computes."""

    async def held_up() -> list[float]:
        loop = asyncio.get_running_loop()
        limiter = RateLimiter(4, 1.0, burst=3)
        call = asyncio.create_task(starts(limiter, 6))
        await asyncio.sleep(0.125)
        loop._leaping.at = until  # type: ignore[attr-defined]
        return await call

    assert run_virtual(held_up()) == expected


@pytest.mark.parametrize(
    ("rate", "per", "burst"), [(0, 1.0, 1), (1, 0.0, 1), (1, float("nan"), 1), (1, 1.0, 0)]
)
def test_its_numbers_are_positive(rate: int, per: float, burst: int) -> None:
    """The message names them."""

    async def make() -> None:
        RateLimiter(rate, per, burst)

    with pytest.raises(ValueError, match=f"rate is {rate}, per {per} and burst {burst}"):
        run_virtual(make())
