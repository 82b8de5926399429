"""parallel_map: real processes, in order, a bounded way ahead, and no worker left whatever happens.

What is sent to workers is of the standard library or of the package: they cannot import a test.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import pickle
import time
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from itertools import count, islice

import pytest

from pypatterns.concurrency import ItemError, parallel_map
from pypatterns.concurrency.workloads import pid_of


class Parcel:
    """Arrives in the worker as a number, and counts how often pickle packs anything of its kind into a message."""

    sent: list[int] = []  # noqa: RUF012 - shared on purpose: one list for all parcels

    def __init__(self, number: int) -> None:
        self.number = number

    def __reduce__(self) -> tuple[type, tuple[int]]:
        self.sent.append(self.number)
        return int, (self.number,)


def test_results_come_in_order_from_other_processes() -> None:
    """As many as there are items, each computed elsewhere."""
    roots = list(parallel_map(math.sqrt, [n * n for n in range(23)], workers=2, chunk=5))
    pids = set(parallel_map(pid_of, range(8), workers=2, chunk=1))

    assert roots == list(range(23))
    assert os.getpid() not in pids


def test_items_travel_in_chunks() -> None:
    """The same object in every item is packed once a message: 23 items in chunks of 5 are five messages."""
    shared = Parcel(1)
    Parcel.sent.clear()

    arrived = list(parallel_map(sum, [[shared, n] for n in range(23)], workers=2, chunk=5))

    assert arrived == [n + 1 for n in range(23)]
    assert len(Parcel.sent) == 5


def test_an_endless_input_is_taken_as_needed() -> None:
    """At most `(2 * workers + 1) * chunk` items beyond those yielded."""
    numbers = count()

    results = parallel_map(abs, numbers, workers=2, chunk=3)
    first = list(islice(results, 7))
    taken = next(numbers)
    results.close()

    assert first == list(range(7))
    assert taken <= 7 + (2 * 2 + 1) * 3


def test_an_error_comes_with_its_item_and_the_workers_traceback() -> None:
    """After the results of all chunks before it; of the endless rest no more is taken."""
    numbers, roots = count(16, -1), []

    with pytest.raises(ItemError, match="-1: ValueError: ") as failed:
        roots += parallel_map(math.sqrt, numbers, workers=2, chunk=4)

    assert roots[:16] == [math.sqrt(n) for n in range(16, 0, -1)]
    assert (failed.value.item, type(failed.value.error)) == (-1, ValueError)
    assert "in _each" in str(failed.value.__cause__)
    assert next(numbers) >= -1 - (2 * 2 + 1) * 4


def test_a_worker_that_dies_is_an_error() -> None:
    """Neither a hang nor a short result."""
    with pytest.raises(BrokenProcessPool) as died:
        list(parallel_map(os._exit, [1, 2, 3, 4], workers=2, chunk=1))

    assert isinstance(died.value, RuntimeError)


@pytest.mark.parametrize("end", ["exhausted", "failed", "closed", "killed"])
def test_no_worker_is_left(end: str) -> None:
    """However the results end, all processes of the pool have ended before."""
    fn = {"failed": math.sqrt, "killed": os._exit}.get(end, abs)
    results = parallel_map(fn, [3, -1, 2, 1], workers=2, chunk=1)

    if end == "closed":
        next(results)
        working = len(multiprocessing.active_children())
        results.close()
    else:
        working = 1
        with suppress(ItemError, BrokenProcessPool):
            list(results)

    assert working
    assert multiprocessing.active_children() == []


def test_nothing_starts_before_it_is_asked_for() -> None:
    """A generator that nobody iterates has no processes; wrong numbers are told at the first result."""
    numbers = count()

    parallel_map(abs, numbers, workers=2, chunk=1)
    with pytest.raises(ValueError, match="chunk is 0"):
        next(parallel_map(abs, numbers, workers=2, chunk=0))
    with pytest.raises(ValueError, match="max_workers"):
        next(parallel_map(abs, numbers, workers=0, chunk=1))

    assert next(numbers) == 0


def test_an_item_error_crosses_processes() -> None:
    """It pickles with both of its parts."""
    error = ItemError({"order": 7}, ValueError("no price"))

    arrived = pickle.loads(pickle.dumps(error))

    assert (arrived.item, repr(arrived.error)) == ({"order": 7}, "ValueError('no price')")
    assert str(arrived) == "{'order': 7}: ValueError: no price"


def test_empty_in_empty_out() -> None:
    """No items, no results."""
    assert list(parallel_map(time.sleep, [], workers=2, chunk=4)) == []
