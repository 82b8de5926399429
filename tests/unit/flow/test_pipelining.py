"""pipeline: in order, read ahead within bounds; when anything fails, the rest ends first and the source is closed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from itertools import count

import pytest

from pypatterns.flow import pipeline
from pypatterns.tasks import run_virtual


class Feed:
    """An endless source of numbers, or one of `length`; it counts what it has given and knows whether it is closed."""

    def __init__(self, length: int | None = None, *, hangs: bool = False) -> None:
        self.given = 0
        self.closed_at: float | None = None
        self._length = length
        self._hangs = hangs

    async def items(self) -> AsyncGenerator[int, None]:
        """Give the numbers from 0; closing takes a second."""
        try:
            for number in count() if self._length is None else range(self._length):
                self.given += 1
                yield number
            if self._hangs:
                await asyncio.Event().wait()
        finally:
            await asyncio.sleep(1)
            self.closed_at = asyncio.get_running_loop().time()


async def fail_at_two(number: int) -> int:
    """Take ten seconds; fail for number 2 after one."""
    await asyncio.sleep(1 if number == 2 else 10)
    if number == 2:
        raise LookupError(number)
    return number


def test_results_come_in_the_order_of_the_source() -> None:
    """Whatever ends first; an empty source gives an empty list."""

    async def slowest_first(number: int) -> int:
        await asyncio.sleep(9 - number)
        return number

    assert run_virtual(pipeline(Feed(5).items(), slowest_first, workers=3, maxsize=2)) == [
        *range(5)
    ]
    assert run_virtual(pipeline(Feed(0).items(), slowest_first, workers=3, maxsize=2)) == []


def test_it_reads_ahead_and_no_further() -> None:
    """While both workers are busy, three items wait in the queue, and the reader holds one."""
    feed, seen = Feed(50), []

    async def look(number: int) -> None:
        await asyncio.sleep(1)
        if number == 0:
            seen.append(feed.given)

    run_virtual(pipeline(feed.items(), look, workers=2, maxsize=3))

    assert seen == [2 + 3 + 1]


@pytest.mark.parametrize(
    "feed", [Feed(), Feed(3, hangs=True), Feed(3)], ids=["full", "hangs", "ended"]
)
def test_a_failure_ends_the_pipeline(feed: Feed) -> None:
    """Also if the queue is full, if the source hangs, or if it has ended."""

    async def timed() -> float:
        with pytest.raises(ExceptionGroup) as failed:
            await pipeline(feed.items(), fail_at_two, workers=3, maxsize=2)
        assert [type(each) for each in failed.value.exceptions] == [LookupError]
        return asyncio.get_running_loop().time()

    ended = run_virtual(timed())

    assert ended <= 2
    assert feed.closed_at is not None
    assert feed.closed_at <= ended


def test_a_failing_source_ends_the_pipeline() -> None:
    """Calls that run are cancelled."""
    cancelled = []

    async def source() -> AsyncGenerator[str, None]:
        yield "tea"
        await asyncio.sleep(1)
        raise ConnectionError("reset")

    async def wait(item: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.append(item)

    with pytest.raises(ExceptionGroup) as failed:
        run_virtual(pipeline(source(), wait, workers=3, maxsize=1))

    assert [type(each) for each in failed.value.exceptions] == [ConnectionError]
    assert cancelled == ["tea"]


def test_cancelling_the_caller_cancels_everything() -> None:
    """And waits until the source is closed."""
    feed = Feed()

    async def cancelled_after_a_second() -> None:
        async with asyncio.timeout(0.5):
            await pipeline(feed.items(), fail_at_two, workers=2, maxsize=2)

    with pytest.raises(TimeoutError):
        run_virtual(cancelled_after_a_second())

    assert feed.closed_at == 1.5


def test_its_caller_goes_on_undisturbed() -> None:
    """After a failure that the caller has handled, a deadline around what follows is a TimeoutError."""

    async def go_on() -> None:
        async with asyncio.timeout(10):
            with pytest.raises(ExceptionGroup):
                await pipeline(Feed(3).items(), fail_at_two, workers=3, maxsize=2)
            await asyncio.sleep(60)

    with pytest.raises(TimeoutError):
        run_virtual(go_on())


@pytest.mark.parametrize(("workers", "maxsize"), [(0, 1), (1, 0)])
def test_bounds_are_at_least_one(workers: int, maxsize: int) -> None:
    """A queue with maxsize 0 would have no bound. The message names both numbers."""
    with pytest.raises(ValueError, match=f"workers is {workers} and maxsize {maxsize}"):
        run_virtual(pipeline(Feed(1).items(), fail_at_two, workers=workers, maxsize=maxsize))
