"""Whether threads rest is proven, never guessed."""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from pypatterns.course.checking.probes.idleness import PAUSE, Rest
from pypatterns.course.checking.probes.virtual_clock import virtual_time


@pytest.fixture(autouse=True)
def virtual() -> Iterator[None]:
    """Virtual time for every test: it makes threads take turns quickly."""
    with virtual_time():
        yield


def looks(rest: Rest, thread: threading.Thread, most: int = 50) -> Iterator[bool]:
    """What some looks say of one thread."""
    real_pause = threading.Event().wait
    for _ in range(most):
        yield rest.of_each({thread.ident or 0})
        real_pause(PAUSE)


def started(target: Callable[[], object]) -> threading.Thread:
    """A thread that runs."""
    thread = threading.Thread(target=target, daemon=True)
    thread.start()
    return thread


def take(jobs: queue.SimpleQueue[None]) -> None:
    """Wait for one job, as an executor's thread does."""
    jobs.get()


def test_who_waits_without_a_limit_rests() -> None:
    """It takes more than one look to say so, and one to say so again."""
    rest, jobs = Rest(), queue.SimpleQueue[None]()
    thread = started(partial(take, jobs))

    seen = list(looks(rest, thread, 20))
    jobs.put(None)
    thread.join()

    assert not seen[0]
    assert seen[-1]


@pytest.mark.parametrize("limit", [0.3, 30], ids=["short", "long"])
def test_who_waits_with_a_limit_works(limit: float) -> None:
    """It goes on by itself, some time."""
    rest, go = Rest(), threading.Event()
    thread = started(lambda: go.wait(limit))

    seen = list(looks(rest, thread, 20))
    go.set()
    thread.join()

    assert not any(seen)


def test_who_runs_works() -> None:
    """Whatever it does."""
    rest, halt = Rest(), threading.Event()
    thread = started(lambda: all(not halt.is_set() for _ in iter(int, 1)))

    seen = list(looks(rest, thread, 20))
    halt.set()
    thread.join()

    assert not any(seen)


def test_who_was_woken_does_not_rest_any_more() -> None:
    """However soon it is looked at: it may not have moved yet."""
    rest, jobs, done = Rest(), queue.SimpleQueue[bool](), []

    def work() -> None:
        while jobs.get():
            done.append(True)

    thread = started(work)
    for number in range(50):
        while not rest.of_each({thread.ident or 0}):
            threading.Event().wait(PAUSE)
        jobs.put(True)
        while not rest.of_each({thread.ident or 0}):
            threading.Event().wait(PAUSE)
        assert len(done) == number + 1
    jobs.put(False)
    thread.join()


def test_nobody_rests() -> None:
    """Where there is no thread there is none to wait for."""
    assert Rest().of_each(set())
    assert Rest().of_all_but({*threading._active})  # type: ignore[attr-defined]  # all


def test_slow_turns_prove_nothing() -> None:
    """An answer may change how long threads keep the interpreter: then no pause is long enough."""
    rest, jobs = Rest(), queue.SimpleQueue[None]()
    thread = started(partial(take, jobs))
    sys.setswitchinterval(1)

    seen = list(looks(rest, thread, 5))
    jobs.put(None)
    thread.join()

    assert not any(seen)
