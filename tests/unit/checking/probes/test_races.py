"""An unlocked read-modify-write loses an update every time; a locked one is never called wrong."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from pypatterns.course.checking.probes.races import Race, hooked, slowed
from pypatterns.course.checking.probes.threads import together, values
from pypatterns.course.checking.probes.watch import Watch


class Account:
    """Like the one that learners are given."""

    def __init__(self, number: int, balance: int) -> None:
        self.number = number
        self.balance = balance


Spend = Callable[[Any, int], None]
lock = threading.Lock()
rlock = threading.RLock()


def unlocked(account: Any, amount: int) -> None:
    account.balance -= amount


def locked(account: Any, amount: int) -> None:
    with lock:
        account.balance -= amount


def only_the_write_locked(account: Any, amount: int) -> None:
    rest = account.balance - amount
    with lock:
        account.balance = rest


def checked_before_the_lock(account: Any, amount: int) -> None:
    if account.balance >= amount:
        with lock:
            account.balance -= amount


def checked_in_the_lock(account: Any, amount: int) -> None:
    with rlock:
        if account.balance >= amount:
            with rlock:
                account.balance -= amount


def tried_again(account: Any, amount: int) -> None:
    while not lock.acquire(blocking=False):
        time.sleep(random.random() / 1000)
    try:
        account.balance -= amount
    finally:
        lock.release()


def new_lock_each_time(account: Any, amount: int) -> None:
    private = threading.Lock()
    with private:
        account.balance -= amount


WRONG = [unlocked, only_the_write_locked, new_lock_each_time]
RIGHT = [locked, checked_in_the_lock, tried_again]


def balance_after(spend: Spend, callers: int, amount: int, times: int = 1) -> int:
    """What is left of 100 when all callers have spent."""
    watch = Watch(callers)
    account = slowed(Account, "balance", watch)(1, 100)

    def spend_often() -> None:
        for _ in range(times):
            spend(account, amount)

    values(together(*[partial(watch.call, spend_often)] * callers))
    return int(account.balance)


@pytest.mark.parametrize("spend", WRONG)
@pytest.mark.parametrize("callers", [2, 5])
def test_an_unlocked_update_is_lost_every_time(spend: Spend, callers: int) -> None:
    """Two callers read the same balance, so what one wrote is overwritten by the other."""
    left = [balance_after(spend, callers, 10) for _ in range(5)]

    assert all(balance > 100 - 10 * callers for balance in left)


@pytest.mark.parametrize("spend", RIGHT)
def test_a_locked_update_is_never_lost(spend: Spend) -> None:
    """However long the window between read and write is held open."""
    assert balance_after(spend, callers=4, amount=5, times=4) == 20


def test_funds_checked_before_the_lock_are_overdrawn_every_time() -> None:
    """Both callers have seen enough money before one takes it."""
    assert [balance_after(checked_before_the_lock, 2, 80) for _ in range(5)] == [-60] * 5
    assert balance_after(checked_in_the_lock, 2, 80) == 20


def test_nobody_is_held_before_or_after_the_race() -> None:
    """The driver may set up and read accounts without a wait: no caller has begun, or all have ended."""
    watch = Watch(callers=2)
    account = slowed(Account, "balance", watch)(1, 100)

    account.balance -= 1

    assert account.balance == 99
    assert isinstance(account, Account) and vars(account)["number"] == 1


def test_hooks_hear_of_every_access() -> None:
    """Reads and writes, with the object, but not of the constructor's write."""
    heard: list[str] = []
    kind = hooked(
        Account,
        "balance",
        after_read=lambda account: heard.append(f"read {account.number}"),
        before_write=lambda account: heard.append(f"write {account.number}"),
    )
    account = kind(7, 100)

    account.balance -= 1

    assert heard == ["read 7", "write 7"]
    assert kind.__name__ == "Account"


def test_an_attribute_that_was_never_set_is_missing() -> None:
    """As it would be without the hook."""
    bare = hooked(Account, "balance").__new__(hooked(Account, "balance"))

    with pytest.raises(AttributeError, match="balance"):
        bare.balance  # noqa: B018 - the access is what raises


def test_reads_of_different_things_do_not_meet() -> None:
    """Two callers that each read a thing of their own let each other go, and no update is lost."""
    watch = Watch(callers=2)
    race, seen = Race(watch), []

    def read(thing: object) -> None:
        race.read(thing)
        seen.append(thing)

    values(together(partial(watch.call, read, "tea"), partial(watch.call, read, "rum")))

    assert sorted(map(str, seen)) == ["rum", "tea"]
