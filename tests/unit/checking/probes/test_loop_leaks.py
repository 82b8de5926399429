"""What a call leaves behind is found, each kind under its own name, and what is in order is not."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import threading
import time
import warnings
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest

from pypatterns.course.checking.probes.loop_leaks import Left
from pypatterns.course.checking.probes.tasks import run_virtual
from pypatterns.course.checking.probes.virtual_clock import virtual_time


@pytest.fixture(autouse=True)
def virtual() -> Iterator[None]:
    """Virtual time for every test."""
    with virtual_time():
        yield


async def never() -> None:
    """Wait for what does not come."""
    await asyncio.Event().wait()


async def ticks() -> AsyncIterator[int]:
    """Endless."""
    number = 0
    while True:
        yield number
        number += 1
        await asyncio.sleep(1)


def test_nothing_is_left_by_a_tidy_call() -> None:
    """Tasks that ended, timers that were cancelled, generators, threads: all in order."""

    async def tidy() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(1))
        async with contextlib.aclosing(ticks()) as source:
            async for number in source:
                if number == 2:
                    break
        with anyio.move_on_after(1):
            await asyncio.wait_for(never(), 5)
        await asyncio.gather(asyncio.to_thread(time.sleep, 1), anyio.to_thread.run_sync(int))
        asyncio.get_running_loop().call_later(9, print).cancel()
        with ThreadPoolExecutor() as pool:
            pool.submit(int)

    assert run_virtual(tidy()).left == Left()


def test_tasks_are_named_and_counted() -> None:
    """By their names and what they run; a long list is cut."""

    async def leave(number: int) -> None:
        for place in range(number):
            asyncio.create_task(never(), name=f"worker {place}")  # noqa: RUF006 - that is the leak

    assert run_virtual(leave(2)).left.tasks == ["worker 0 (never)", "worker 1 (never)"]
    assert run_virtual(leave(50)).left.tasks == [
        *[f"worker {place} (never)" for place in range(5)],
        "and 45 more",
    ]


def test_a_task_that_nobody_refers_to_is_left_too() -> None:
    """A collection of garbage at the wrong moment must not hide it."""

    async def leave() -> None:
        asyncio.create_task(never(), name="lost")  # noqa: RUF006 - that is the leak
        await asyncio.sleep(0)
        for _ in range(1000):
            [[] for _ in range(1000)]  # enough to make the collector run

    threshold = gc.get_threshold()
    gc.set_threshold(10)
    try:
        left = run_virtual(leave()).left
    finally:
        gc.set_threshold(*threshold)

    assert left.tasks == ["lost (never)"]


def test_a_task_on_its_last_steps_is_not_left() -> None:
    """What needs no more time may end after the call."""

    async def steps() -> None:
        for _ in range(20):
            await asyncio.sleep(0)

    async def leave() -> None:
        asyncio.create_task(steps())  # noqa: RUF006 - that is the question

    assert run_virtual(leave()).left == Left()


def test_a_task_that_needs_more_time_is_left() -> None:
    """Time stands still once the call has ended."""

    async def leave() -> None:
        asyncio.create_task(asyncio.sleep(0.001), name="late")  # noqa: RUF006 - that is the leak

    assert run_virtual(leave()).left == Left(tasks=["late (sleep)"])


def test_timers_are_told_by_their_callbacks() -> None:
    """What is still to be called, later."""

    async def leave() -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(9, loop.create_future().cancel)
        loop.call_at(loop.time() + 1, print, "late")

    assert run_virtual(leave()).left == Left(timers=["print", "Future.cancel"])


@pytest.mark.parametrize("is_kept", [True, False], ids=["kept open", "dropped"])
def test_open_generators_are_told(is_kept: bool) -> None:
    """Closed by nobody, or by the collector when it likes."""
    kept = []

    async def leave() -> None:
        source = ticks()
        kept.extend([source] if is_kept else [])
        async for _ in source:
            break

    assert run_virtual(leave()).left == Left(generators=["ticks"])


def test_coroutines_that_were_never_awaited_are_told() -> None:
    """Python's warning is taken as evidence; other warnings are none of ours."""

    async def leave() -> None:
        never()
        warnings.warn("something else", UserWarning, stacklevel=1)

    with pytest.warns(UserWarning, match="something else"):
        left = run_virtual(leave()).left

    assert left == Left(coroutines=["never"])


def test_threads_are_told() -> None:
    """Those that wait for ever, those that sleep, and idle ones of a pool that nobody shut down."""
    go = threading.Event()
    pool = ThreadPoolExecutor(1, thread_name_prefix="own pool")

    async def leave() -> None:
        pool.submit(int).result()
        threading.Thread(target=go.wait, name="waits", daemon=True).start()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.to_thread(time.sleep, 60), 1)

    left = run_virtual(leave()).left
    go.set()
    pool.shutdown()
    time.sleep(60)  # on the clock: the thread that sleeps wakes up

    assert left == Left(threads=["waits", "asyncio_0", "own pool_0"])
