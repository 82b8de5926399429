"""The virtual clock: it is the only one, it stands while anybody works, and it never takes real time."""

from __future__ import annotations

import asyncio
import logging
import pickle
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import repeat
from pathlib import Path
from typing import Any

import anyio
import pytest

from pypatterns.course.checking.introspection import activity
from pypatterns.course.checking.probes.loop_leaks import leave
from pypatterns.course.checking.probes.threads import Deadlocked, in_threads
from pypatterns.course.checking.probes.virtual_clock import (
    Clock,
    NeverEnds,
    clock,
    now,
    virtual_time,
)

REAL = {name: getattr(time, name) for name in ("monotonic", "perf_counter", "time", "sleep")}
Main = Callable[[], Awaitable[Any]]


@pytest.fixture
def virtual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Virtual time for one test, in a folder as small as an answer's: an autopsy reads the files of whoever is in it."""
    monkeypatch.chdir(tmp_path)
    with virtual_time():
        yield


def run(main: Main) -> Any:
    """Run a coroutine function in a loop of its own, and leave its tasks as they are: they might never end."""
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(main())
    finally:
        leave(loop)


def in_a_runner(main: Main) -> Any:
    """The same as several steps."""
    with asyncio.Runner() as runner:
        return runner.run(main())


async def never() -> None:
    """Wait for what does not come."""
    await asyncio.Event().wait()


# One clock


@pytest.mark.usefixtures("virtual")
def test_all_clocks_are_one() -> None:
    """Whatever names an answer reads the time by, the same seconds pass, and at once."""

    async def hour() -> list[float]:
        loop = asyncio.get_running_loop()
        clocks: list[Callable[[], float]] = [
            time.monotonic,
            time.perf_counter,
            time.time,
            loop.time,
        ]
        clocks += [lambda: time.monotonic_ns() / 1e9, lambda: time.perf_counter_ns() / 1e9]
        clocks += [lambda: time.time_ns() / 1e9, anyio.current_time, now]
        before = [read() for read in clocks]
        await asyncio.sleep(3600.5)
        return [round(read() - first, 6) for read, first in zip(clocks, before, strict=True)]

    passed = asyncio.run(hour())

    assert passed == [3600.5] * 9


@pytest.mark.usefixtures("virtual")
def test_loops_and_monotonic_tell_the_same_time() -> None:
    """A deadline that was read from one is compared with the other."""
    loop = asyncio.new_event_loop()

    assert loop.time() == time.monotonic()
    loop.close()


def test_the_real_clocks_come_back() -> None:
    """When the step is undone everything is as it was."""
    before = (asyncio.BaseEventLoop.time, asyncio.BaseEventLoop.run_forever)
    turn = sys.getswitchinterval()

    with virtual_time():
        asyncio.run(asyncio.sleep(1))

    assert {name: getattr(time, name) for name in REAL} == REAL
    assert (asyncio.BaseEventLoop.time, asyncio.BaseEventLoop.run_forever) == before
    assert sys.getswitchinterval() == turn


def test_who_forgets_the_step_is_told() -> None:
    """The virtual time cannot be read where there is none, and there is only one."""
    with pytest.raises(RuntimeError, match="@prepared"):
        now()
    with virtual_time(), pytest.raises(RuntimeError, match="once"), virtual_time():
        pass


@pytest.mark.usefixtures("virtual")
def test_functions_of_time_keep_their_names() -> None:
    """They go to other processes by their names, as the real ones do."""
    assert pickle.loads(pickle.dumps(time.sleep)) is time.sleep


# Deadlines, in every style


async def _timeout() -> None:
    async with asyncio.timeout(5):
        await never()


async def _timeout_at() -> None:
    async with asyncio.timeout_at(asyncio.get_running_loop().time() + 5):
        await never()


async def _wait_for() -> None:
    await asyncio.wait_for(never(), 5)


async def _wait() -> None:
    task = asyncio.create_task(never())
    await asyncio.wait([task], timeout=5)
    task.cancel()


async def _call_later() -> None:
    done = asyncio.Event()
    asyncio.get_running_loop().call_later(5, done.set)
    await done.wait()


async def _call_at() -> None:
    done = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.call_at(loop.time() + 5, done.set)
    await done.wait()


async def _fail_after() -> None:
    with anyio.fail_after(5):
        await never()


async def _move_on_after() -> None:
    with anyio.move_on_after(5):
        await never()


async def _cancel_scope() -> None:
    with anyio.CancelScope(deadline=anyio.current_time() + 5):
        await never()


async def _arithmetic() -> None:
    end = time.monotonic() + 5
    while (left := end - time.monotonic()) > 0:  # noqa: ASYNC110 - that is the style
        await asyncio.sleep(min(0.75, left))


async def _poll_with_pauses() -> None:
    end = time.perf_counter() + 5
    while time.perf_counter() < end:  # noqa: ASYNC110 - that is the style
        await asyncio.sleep(0.25)


async def _thread() -> None:
    await asyncio.to_thread(time.sleep, 5)


async def _anyio_thread() -> None:
    await anyio.to_thread.run_sync(time.sleep, 5)


STYLES = [
    _timeout,
    _timeout_at,
    _wait_for,
    _wait,
    _call_later,
    _call_at,
    _fail_after,
    _move_on_after,
    _cancel_scope,
    _arithmetic,
    _poll_with_pauses,
    _thread,
    _anyio_thread,
]


@pytest.mark.usefixtures("virtual")
@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.__name__)
def test_a_deadline_passes_to_the_moment(style: Callable[[], Any]) -> None:
    """Five seconds are five seconds, whoever counts them."""

    async def main() -> float:
        try:
            await style()
        except TimeoutError:
            return now()
        return now()

    assert asyncio.run(main()) == 5


@pytest.mark.usefixtures("virtual")
@pytest.mark.parametrize("pause", [0, None], ids=["sleep(0)", "no pause at all"])
def test_polling_takes_time(pause: float | None) -> None:
    """Who reads the clock again and again until a moment has come gets there, within a hundredth."""

    async def main() -> float:
        end = time.monotonic() + 5
        while time.monotonic() < end:
            if pause is not None:
                await asyncio.sleep(pause)
        return now()

    assert asyncio.run(main()) == pytest.approx(5, rel=0.01)


@pytest.mark.usefixtures("virtual")
def test_who_sleeps_until_a_moment_wakes_no_earlier() -> None:
    """A sum of floats may fall short of the moment: sleeping for the rest must not turn on the spot."""

    async def main() -> list[int]:
        turns = []
        loop = asyncio.get_running_loop()
        for step in range(1, 50):
            moment, turned = loop.time() + step / 7, 0
            while loop.time() < moment:
                await asyncio.sleep(moment - loop.time())
                turned += 1
            turns.append(turned)
        return turns

    assert max(asyncio.run(main())) <= 2


@pytest.mark.usefixtures("virtual")
@pytest.mark.parametrize(
    "start",
    [
        lambda main: asyncio.run(main()),
        in_a_runner,
        anyio.run,
        lambda main: ThreadPoolExecutor().submit(asyncio.run, main()).result(),
    ],
    ids=["asyncio.run", "Runner", "anyio.run", "in a thread"],
)
def test_every_loop_is_on_the_clock(start: Callable[[Main], float]) -> None:
    """Also one that an answer starts by itself, wherever it runs."""

    async def main() -> float:
        await asyncio.sleep(3600)
        return now()

    assert start(main) == 3600


@pytest.mark.usefixtures("virtual")
def test_loops_in_two_threads_share_the_time() -> None:
    """What happens in both happens in the order of the clock."""
    seen: list[tuple[float, str]] = []

    async def ticks(name: str, *pauses: float) -> None:
        for pause in pauses:
            await asyncio.sleep(pause)
            seen.append((now(), name))

    async def main() -> None:
        other = asyncio.to_thread(asyncio.run, ticks("other", 2, 2, 2))
        await asyncio.gather(other, ticks("main", 1, 2, 2))

    asyncio.run(main())

    assert seen == [(at + 1, ("main", "other")[at % 2]) for at in range(6)]


# Sleeping threads


@pytest.mark.usefixtures("virtual")
def test_a_sleep_in_the_loop_blocks_the_loop() -> None:
    """It takes no real time, and nothing else happens until it is over: as it would in earnest."""
    ticks: list[float] = []

    async def tick() -> None:
        while True:
            await asyncio.sleep(1)
            ticks.append(now())

    async def main() -> float:
        ticker = asyncio.create_task(tick())
        await asyncio.sleep(1.5)
        time.sleep(10)  # noqa: ASYNC251 - that is the mistake
        at = now()
        await asyncio.sleep(1)
        ticker.cancel()
        return at

    assert asyncio.run(main()) == 11.5
    assert ticks == [1, 11.5]


@pytest.mark.usefixtures("virtual")
def test_sleeping_threads_wake_in_the_order_of_the_clock() -> None:
    """Threads and tasks sleep at the same time, each as long as it said."""

    async def main() -> list[float]:
        async def at(sleeping: Awaitable[Any]) -> float:
            await sleeping
            return now()

        threads = [at(asyncio.to_thread(time.sleep, seconds)) for seconds in (3, 1)]
        return await asyncio.gather(*threads, at(asyncio.sleep(2)))

    assert asyncio.run(main()) == [3, 1, 2]


@pytest.mark.usefixtures("virtual")
def test_a_blocked_loop_does_not_hold_up_other_threads() -> None:
    """A thread that is due earlier wakes earlier, although the loop sleeps."""
    woken: list[float] = []

    def work() -> None:
        time.sleep(2)
        woken.append(now())

    async def main() -> float:
        working = asyncio.ensure_future(asyncio.to_thread(work))
        await asyncio.sleep(0)
        time.sleep(5)  # noqa: ASYNC251 - that is the mistake
        await working
        return now()

    assert asyncio.run(main()) == 5
    assert woken == [2]


@pytest.mark.usefixtures("virtual")
def test_a_pool_of_one_sleeps_twice() -> None:
    """What is handed to a pool's thread is the answer's, and on its clock: one after the other."""
    with ThreadPoolExecutor(1) as threads:
        list(threads.map(time.sleep, [1, 2]))

    assert now() == 3


@pytest.mark.usefixtures("virtual")
def test_threads_without_a_loop_share_the_time() -> None:
    """Three threads that sleep at once sleep as long as one."""
    in_threads(3, lambda: time.sleep(60))

    assert now() == 60


@pytest.mark.usefixtures("virtual")
@pytest.mark.parametrize("seconds", [-1, float("nan")])
def test_a_sleep_of_no_length_is_refused(seconds: float) -> None:
    """As the real one refuses it."""
    with pytest.raises(ValueError, match="sleep length"):
        time.sleep(seconds)


# While somebody works


@pytest.mark.usefixtures("virtual")
@pytest.mark.parametrize(
    "in_thread", [asyncio.to_thread, anyio.to_thread.run_sync], ids=["asyncio", "anyio"]
)
def test_no_time_passes_while_a_job_works(in_thread: Callable[..., Awaitable[Any]]) -> None:
    """However long it takes: the deadline of another clock cannot cut it short."""

    def work() -> str:
        for _ in range(10):
            threading.Event().wait(0.01)
        return "done"

    async def main() -> tuple[str, float]:
        async with asyncio.timeout(0.001):
            return await in_thread(work), now()

    assert asyncio.run(main()) == ("done", 0)


@pytest.mark.usefixtures("virtual")
def test_no_time_passes_while_a_thread_is_about_to_wake_the_loop() -> None:
    """Any thread counts, not only those of executors."""

    async def main() -> tuple[str, float]:
        loop = asyncio.get_running_loop()
        found: asyncio.Future[str] = loop.create_future()

        def find() -> None:
            threading.Event().wait(0.05)
            loop.call_soon_threadsafe(found.set_result, "found")

        threading.Thread(target=find).start()
        async with asyncio.timeout(0.001):
            return await found, now()

    assert asyncio.run(main()) == ("found", 0)


def test_a_new_thread_with_the_number_of_an_old_one_counts() -> None:
    """Only those that were there before the clock do not: the system gives their numbers to others."""
    go_on = threading.Event()
    before = threading.Thread(target=go_on.wait, daemon=True)
    before.start()
    clock = Clock()
    assert before.ident in clock._others()
    go_on.set()
    before.join()

    go_on.clear()
    after = [threading.Thread(target=go_on.wait, daemon=True) for _ in range(20)]
    for thread in after:
        thread.start()
    reused = [thread for thread in after if thread.ident == before.ident]
    others = clock._others()
    go_on.set()
    for thread in after:
        thread.join()

    assert reused, "the system gave the number to nobody"
    assert before.ident not in others


@pytest.mark.usefixtures("virtual")
def test_time_passes_for_a_job_that_waits_for_the_loop() -> None:
    """It cannot go on by itself, so it does not work."""

    async def main() -> float:
        loop = asyncio.get_running_loop()
        ask = lambda: asyncio.run_coroutine_threadsafe(asyncio.sleep(7), loop).result()  # noqa: E731 - a job
        await asyncio.to_thread(ask)
        return now()

    assert asyncio.run(main()) == 7


@pytest.mark.usefixtures("virtual")
def test_threads_that_wait_for_work_do_not_hold_the_clock() -> None:
    """Neither an idle executor nor a thread with an empty queue."""
    jobs: queue.Queue[None] = queue.Queue()
    thread = threading.Thread(target=jobs.get)
    thread.start()

    async def main() -> float:
        for number in range(5):
            await asyncio.to_thread(range, number)
            await asyncio.sleep(1)
        jobs.put(None)
        return now()

    assert asyncio.run(main()) == 5
    thread.join()


@pytest.mark.usefixtures("virtual")
def test_systems_that_tell_nothing_about_threads_are_looked_at_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without the kernel's counters (macOS) it takes more looks, and comes to the same."""
    monkeypatch.setattr(activity, "TASKS", "/nowhere")

    async def main() -> float:
        await asyncio.to_thread(time.sleep, 1)
        await asyncio.sleep(1)
        return now()

    assert asyncio.run(main()) == 2


@pytest.mark.usefixtures("virtual")
@pytest.mark.parametrize(
    "wait",
    [
        lambda: queue.Queue[None]().get(timeout=0.02),
        lambda: Future[None]().result(timeout=0.02),
        lambda: threading.Event().wait(0.02),
        lambda: threading.Lock().acquire(timeout=0.02),
        lambda: subprocess.run([sys.executable, "-c", "pass"], timeout=30, check=True),
        lambda: logging.getLogger(__name__).info("a record has a time"),
    ],
    ids=["queue", "future", "event", "lock", "process", "log"],
)
def test_the_library_waits_by_the_real_clock(wait: Callable[[], object]) -> None:
    """Its own limits end by themselves, and no virtual time passes."""
    with suppress(queue.Empty, TimeoutError):
        wait()

    assert now() == 0


@pytest.mark.usefixtures("virtual")
def test_sockets_are_heard_before_the_clock_moves_on() -> None:
    """What is on its way through a socket comes before a deadline."""

    async def main() -> tuple[bytes, float]:
        near, far = socket.socketpair()
        reader, writer = await asyncio.open_connection(sock=near)
        sender = threading.Thread(target=far.sendall, args=(b"tea",))
        sender.start()
        async with asyncio.timeout(0.001):
            got = await reader.readexactly(3), now()
        sender.join()
        writer.close()
        await writer.wait_closed()
        far.close()
        return got

    assert asyncio.run(main()) == (b"tea", 0)


# Where no end will come


@pytest.mark.usefixtures("virtual")
def test_nothing_scheduled_is_a_deadlock() -> None:
    """It is proven at once, with where each task waits."""

    async def main() -> None:
        await asyncio.gather(
            asyncio.create_task(never(), name="buyer"), asyncio.create_task(never(), name="seller")
        )

    with pytest.raises(Deadlocked) as caught:
        run(main)
    locations = caught.value.autopsy.locations

    assert caught.value.autopsy.proof == "idle loop"
    assert {"buyer", "seller"} <= {location.who for location in locations}


@pytest.mark.usefixtures("virtual")
def test_a_loop_and_a_thread_that_wait_for_each_other_are_a_deadlock() -> None:
    """A job that nobody will wake cannot wake the loop."""
    go = threading.Event()

    with pytest.raises(Deadlocked):
        run(lambda: asyncio.to_thread(go.wait))

    go.set()


@pytest.mark.usefixtures("virtual")
def test_who_listens_to_the_outside_is_no_deadlock() -> None:
    """Another process may write into a pipe yet, however long it takes to start."""

    async def main() -> bytes:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", "print(end='tea')", stdout=asyncio.subprocess.PIPE
        )
        got, _ = await process.communicate()
        return got

    assert asyncio.run(main()) == b"tea"


@pytest.mark.usefixtures("virtual")
def test_an_endless_retry_comes_to_an_end() -> None:
    """No right answer takes ten thousand seconds."""

    async def main() -> None:
        for pause in repeat(30):
            await asyncio.sleep(pause)

    with pytest.raises(NeverEnds, match="10,000 s of virtual time"):
        run(main)

    assert now() < 10_001


@pytest.mark.usefixtures("virtual")
@pytest.mark.parametrize("pause", [0, None], ids=["sleep(0)", "no pause at all"])
def test_turning_on_the_spot_comes_to_an_end(pause: float | None) -> None:
    """A loop that never pauses, and code that reads the clock for ever."""

    async def main() -> None:
        while True:
            time.monotonic()
            if pause is not None:
                await asyncio.sleep(pause)

    with pytest.raises(NeverEnds, match="nothing ever paused"):
        run(main)


@pytest.mark.usefixtures("virtual")
def test_a_new_beginning_forgives() -> None:
    """Each run has the whole of the limits."""
    for _ in range(3):
        clock().begin()
        asyncio.run(asyncio.sleep(9000))

    assert now() == 27_000
