"""A thread is held until the wrong thing happens, until nothing more can happen, or until a bound passes.

Where a test says that a hold ends by itself, it counts the looks at the others: a clock would be bent by the machine.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from time import sleep

import pytest

from pypatterns.course.checking.probes import stillness, watch
from pypatterns.course.checking.probes.stillness import Others
from pypatterns.course.checking.probes.threads import in_threads, together, values
from pypatterns.course.checking.probes.watch import Watch

NEVER = 3600.0  # seconds: no bound ends these holds
MOST_LOOKS = 5000


@pytest.fixture(autouse=True)
def few_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hold that only its bound would end fails instead."""
    looks: list[None] = []

    def monotonic() -> float:
        looks.append(None)
        assert len(looks) < MOST_LOOKS, "held for ever"
        return 0.0

    monkeypatch.setattr(watch, "monotonic", monotonic)


@pytest.fixture
def helper() -> Iterator[Callable[[Callable[[], object]], None]]:
    """Run something in a thread beside the test; it must have ended when the test has."""
    started: list[threading.Thread] = []

    def start(work: Callable[[], object]) -> None:
        started.append(threading.Thread(target=work))
        started[-1].start()

    yield start
    for thread in started:
        thread.join()


def test_the_wrong_thing_ends_a_hold() -> None:
    """Whoever is held is let go as soon as it happens, and is told that it did."""
    watch, second = Watch(callers=2), threading.Event()

    held, _ = values(
        together(
            partial(watch.call, watch.hold, second, bound=NEVER),
            partial(watch.call, second.set),
        )
    )

    assert held is True


def test_a_hold_ends_when_all_others_stand_still() -> None:
    """Others that wait for the held thread cannot do the wrong thing any more."""
    watch, lock, held = Watch(callers=4), threading.Lock(), []

    def critical() -> None:
        with lock:
            held.append(watch.hold(threading.Event(), bound=NEVER))

    in_threads(4, watch.call, critical)

    assert held == [False] * 4


def test_a_hold_ends_for_one_who_tries_again_and_again(helper: Callable[..., None]) -> None:
    """A thread that never stands still has had its chances after some looks."""
    lock, over = threading.Lock(), threading.Event()

    def try_again() -> None:
        while not lock.acquire(blocking=False):
            sleep(0.001)

    with lock:
        helper(try_again)
        happened = Watch().hold(over, bound=NEVER)

    assert happened is False


def test_nobody_stands_still_before_all_callers_have_begun(helper: Callable[..., None]) -> None:
    """A caller that the machine has not let begin yet may still do the wrong thing."""
    watch, second, holds = Watch(callers=2), threading.Event(), threading.Event()

    def begin_late() -> None:
        holds.wait()
        sleep(0.1)  # as long as many looks take: this thread stands still in all of them
        watch.call(second.set)

    def hold() -> bool:
        holds.set()
        return watch.hold(second, bound=NEVER)

    helper(begin_late)

    assert watch.call(hold) is True


def test_what_is_expected_is_given_the_time(helper: Callable[..., None]) -> None:
    """A thread that gets on, however slowly, is waited for where the right thing is to happen."""
    arrived = threading.Event()

    def arrive() -> None:
        for _ in range(2 * watch.CHANCES):
            sleep(0.01)
        arrived.set()

    helper(arrive)

    assert Watch().expect(arrived, bound=NEVER) is True


def test_what_cannot_come_is_not_expected_for_ever(helper: Callable[..., None]) -> None:
    """Given up when all others stand still."""
    lock = threading.Lock()

    with lock:
        helper(lock.acquire)
        came = Watch().expect(threading.Event(), bound=NEVER)
    lock.release() if came else None

    assert came is False


def test_a_held_thread_holds_up_nobody_else() -> None:
    """Two that are held at once do not wait for each other."""
    held = in_threads(2, lambda: Watch().hold(threading.Event(), bound=NEVER))

    assert held == [False, False]


def test_a_thread_that_was_let_go_is_seen_before_it_runs() -> None:
    """On a busy machine it may get no processor for a while, and it can still do the wrong thing."""
    me, until = threading.get_ident(), threading.Event()

    with watch.be_held(until):
        unseen = watch.is_unseen(me)
        until.set()

        assert (unseen, watch.is_unseen(me)) == (True, False)


def test_who_only_watches_over_callers_is_not_waited_for() -> None:
    """The thread in `together` looks at its callers all the time, and does nothing else."""
    (held,) = values(together(lambda: Others(watch.is_unseen).are_through(turns=99)))

    assert held is False  # this caller itself is seen: it is not held
    assert in_threads(1, lambda: Watch().hold(threading.Event(), bound=NEVER)) == [False]


def test_the_bound_ends_what_nothing_else_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for callers that never begin is let go in the end."""
    now = iter(range(100))
    monkeypatch.setattr(watch, "monotonic", lambda: next(now))

    assert Watch(callers=2).hold(threading.Event(), bound=5) is False


@pytest.mark.parametrize(
    ("activity", "looks"),
    [
        (("State:\tS (sleeping)", "voluntary 1", "nonvoluntary 0"), 9),
        (None, 32),
        (("State:\tR (running)", "voluntary 1", "nonvoluntary 0"), 0),
    ],
    ids=["asleep", "the system does not tell", "ready to run"],
)
def test_the_kernel_says_who_stands_still(
    monkeypatch: pytest.MonkeyPatch,
    helper: Callable[..., None],
    activity: tuple[str, ...] | None,
    looks: int,
) -> None:
    """A thread that could run, and was given no processor, does not stand still however often one looks."""
    over = threading.Event()
    monkeypatch.setattr(stillness, "activity_of", lambda ident: activity)
    helper(over.wait)
    here = threading.get_ident()
    seen = Others({here}.__contains__)

    found = [seen.are_through(turns=8, chances=99) for _ in range(100)]
    over.set()

    assert found.index(True) >= looks if looks else not any(found)
