"""Meeting points: who came, how many were inside at once, and that nobody waits in vain for long."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice, repeat

import pytest

from pypatterns.course.checking.probes.rendezvous import Meeting, Peak
from pypatterns.course.checking.probes.threads import in_threads

Visit = Callable[[int], int]


def visiting(meeting: Peak) -> Visit:
    """A function that is inside the meeting while it runs."""

    def visit(number: int) -> int:
        with meeting.visit(number):
            return number

    return visit


def in_a_pool(visit: Visit, workers: int, calls: int = 12) -> list[int]:
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(visit, range(calls)))


def one_after_another(visit: Visit, workers: int, calls: int = 12) -> list[int]:
    return list(map(visit, range(calls)))


def under_one_lock(visit: Visit, workers: int, calls: int = 12) -> list[int]:
    lock = threading.Lock()

    def alone(number: int) -> int:
        with lock:
            return visit(number)

    return in_a_pool(alone, workers, calls)


def in_batches_of_one_less(visit: Visit, workers: int, calls: int = 12) -> list[int]:
    return in_a_pool(visit, workers - 1, calls)


def all_at_once(visit: Visit, workers: int, calls: int = 12) -> list[int]:
    return in_a_pool(visit, calls, calls)


def one_too_many(visit: Visit, workers: int, calls: int = 12) -> list[int]:
    return in_a_pool(visit, workers + 1, calls)


@pytest.mark.parametrize(
    ("run", "met", "highest"),
    [
        (in_a_pool, 1, 4),
        (one_after_another, 0, 1),
        (under_one_lock, 0, 1),
        (in_batches_of_one_less, 0, 3),
        (all_at_once, 1, 12),
        (one_too_many, 1, 5),
    ],
    ids=lambda value: value.__name__ if callable(value) else str(value),
)
def test_it_tells_how_many_run_at_once(
    run: Callable[[Visit, int], list[int]], met: int, highest: int
) -> None:
    """Four meet, or it is seen that they cannot; one too many shows itself; all calls end."""
    meeting = Meeting(4)

    (got,) = in_threads(1, run, visiting(meeting), 4)

    assert (meeting.met, meeting.highest) == (met, highest)
    assert meeting.too_many.is_set() == (highest > 4)
    assert got == list(range(12)) and sorted(meeting.came) == got  # type: ignore[type-var]  # numbers
    assert meeting.inside == 0


def test_each_round_gathers_anew() -> None:
    """Guests meet as often as they are asked to, and then pass."""
    meeting = Meeting(3, rounds=2)

    in_a_pool(visiting(meeting), workers=3, calls=10)

    assert (meeting.met, meeting.highest) == (2, 3)


def test_a_round_that_cannot_take_place_is_the_last() -> None:
    """Six guests make two rounds of three; for the third nobody is left, and the seventh goes on alone."""
    meeting = Meeting(3, rounds=3)

    in_a_pool(visiting(meeting), workers=3, calls=7)

    assert meeting.met == 2


def test_guests_who_raise_have_left() -> None:
    """Whoever leaves by an error is not inside any more."""
    peak = Peak()

    with pytest.raises(KeyError), peak.visit("tea"):
        raise KeyError("tea")

    assert (peak.inside, peak.highest, peak.came) == (0, 1, ["tea"])


def test_the_order_of_starts_is_kept() -> None:
    """`came` says who came when."""
    peak = Peak()

    for name in ("tea", "rum", "tea"):
        with peak.visit(name):
            pass

    assert peak.came == ["tea", "rum", "tea"]


@pytest.mark.parametrize("guests", [1, 2, 8])
def test_the_same_meeting_of_any_size(guests: int) -> None:
    """As many threads as guests always meet."""
    meetings = [Meeting(guests) for _ in range(5)]

    for meeting in meetings:
        in_threads(guests, visiting(meeting), 0)

    assert [meeting.met for meeting in meetings] == list(islice(repeat(1), 5))
    assert {meeting.highest for meeting in meetings} == {guests}


def test_a_meeting_within_a_lock_ends() -> None:
    """Guests that keep each other out do not hang: the first one gives up and lets all go."""
    meeting, lock = Meeting(2), threading.RLock()

    def locked() -> None:
        with lock, meeting.visit():
            pass

    in_threads(2, partial(locked))

    assert (meeting.met, meeting.highest) == (0, 1)
