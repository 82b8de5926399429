"""bounded_map: in order, so many at a time, taken as needed; when one fails, the others end first."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import count

import pytest

from pypatterns.tasks import bounded_map, run_virtual


def test_results_come_in_the_order_of_the_items() -> None:
    """Whatever ends first; an item that comes twice is worked on twice."""

    async def slowest_first(seconds: float) -> float:
        await asyncio.sleep(seconds)
        return seconds

    assert run_virtual(bounded_map(slowest_first, [3, 1, 2, 1], 4)) == [3, 1, 2, 1]
    assert run_virtual(bounded_map(slowest_first, [], 4)) == []


def test_a_free_place_is_taken_at_once() -> None:
    """Two places: the third item starts when the first that is done lets go."""
    starts: dict[str, float] = {}

    async def note(item: tuple[str, float]) -> None:
        starts[item[0]] = asyncio.get_running_loop().time()
        await asyncio.sleep(item[1])

    run_virtual(bounded_map(note, [("slow", 9), ("quick", 1), ("next", 3), ("last", 1)], 2))

    assert starts == {"slow": 0, "quick": 0, "next": 1, "last": 4}


def test_an_endless_input_is_taken_as_needed() -> None:
    """As many items as have been worked on, and those in work."""
    numbers = count()

    async def fail_at_seven(number: int) -> None:
        await asyncio.sleep(1)
        if number == 7:
            raise ValueError(number)

    with pytest.raises(ExceptionGroup):
        run_virtual(bounded_map(fail_at_seven, numbers, 3))

    assert next(numbers) <= 7 + 3 + 1


@pytest.mark.parametrize("source", ["fn", "items"])
def test_a_failure_comes_out_when_the_others_have_ended(source: str) -> None:
    """They are cancelled, and their clean-up is awaited."""
    cleaned = []

    async def wait_and_clean(item: str) -> None:
        try:
            if item == "bad":
                raise ValueError(item)
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(1)
            cleaned.append(item)

    def items() -> Iterator[str]:
        yield from ("tea", "rice")
        if source == "items":
            raise ValueError("no more")
        yield "bad"

    with pytest.raises(ExceptionGroup) as failed:
        run_virtual(bounded_map(wait_and_clean, items(), 3))

    assert [type(each) for each in failed.value.exceptions] == [ValueError]
    assert {"tea", "rice"} <= set(cleaned)


def test_its_caller_goes_on_undisturbed() -> None:
    """Who has handled a failure is not counted as cancelled: a deadline round it all still comes out as TimeoutError."""

    async def fail(item: int) -> None:
        await asyncio.sleep(1)
        raise LookupError(item)

    async def go_on() -> None:
        async with asyncio.timeout(10):
            with pytest.raises(ExceptionGroup):
                await bounded_map(fail, [1, 2, 3], 2)
            await asyncio.sleep(60)

    with pytest.raises(TimeoutError):
        run_virtual(go_on())


def test_cancelling_the_caller_cancels_all_calls() -> None:
    """And waits for them."""
    ended = []

    async def wait(item: int) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(item)

    async def cancel_after_a_second() -> None:
        async with asyncio.timeout(1):
            await bounded_map(wait, count(), 3)

    with pytest.raises(TimeoutError):
        run_virtual(cancel_after_a_second())

    assert sorted(ended) == [0, 1, 2]


def test_a_call_that_somebody_else_cancels_is_not_passed_over() -> None:
    """A task group says nothing of a cancelled child: there would be a result too few."""

    async def cancelled(_: int) -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        run_virtual(bounded_map(cancelled, [1, 2], 2))


def test_at_least_one_must_be_allowed_to_run() -> None:
    """The message names the number."""
    with pytest.raises(ValueError, match="limit is 0"):
        run_virtual(bounded_map(asyncio.sleep, [1], 0))
