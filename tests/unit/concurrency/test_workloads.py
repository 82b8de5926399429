"""What is sent to workers: it carries what it says, and computes as long as it says, within a factor."""

from __future__ import annotations

import time

import pytest

from pypatterns.concurrency.workloads import Task, burn, numbers, pickled_mb, steps_for, work


@pytest.mark.parametrize("mb", [0.1, 1, 4])
def test_numbers_weigh_what_was_asked(mb: float) -> None:
    """The pickle has that many megabytes, to one part in a hundred."""
    assert pickled_mb(numbers(mb)) == pytest.approx(mb, rel=0.01)


def test_steps_grow_with_the_time() -> None:
    """Twice the time, twice the steps; no time, none."""
    assert steps_for(20) == pytest.approx(2 * steps_for(10), abs=1)
    assert steps_for(0) == 0


def test_computing_uses_the_processor() -> None:
    """Steps for 40 ms take processor time of that order; how busy the computer is does not count."""
    started = time.thread_time()
    burn(steps_for(40))
    used = time.thread_time() - started

    assert 0.010 < used < 0.400


def test_a_task_tells_how_much_arrived() -> None:
    """What it carried is what it was given."""
    assert work(Task(wait=0.001, steps=10, cargo=numbers(0.001))) == 200
