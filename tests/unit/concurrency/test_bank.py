"""Bank: money is moved whole, circles of waiting cannot close, and strangers do not wait for each other."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from pypatterns.concurrency import Account, Bank, InsufficientFunds

BOUND = 10  # seconds; ends a hang, decides nothing


class Slow(Account):
    """Lets another thread run between reading a balance and writing it."""

    turn = threading.Event()  # never set

    @property
    def balance(self) -> int:  # type: ignore[override]
        """What is there; whoever asks gives way before the answer is used."""
        balance = self._balance
        self.turn.wait(0.0005)
        return balance

    @balance.setter
    def balance(self, balance: int) -> None:
        self._balance = balance


def test_no_cent_is_lost() -> None:
    """A hundred transfers among four accounts, from eight threads, give what the same give one by one."""
    accounts = [Slow(number, 1000) for number in range(4)]
    bank, chance = Bank(accounts), random.Random(7)
    moves = [(*chance.sample(accounts, 2), chance.randrange(1, 5)) for _ in range(100)]

    with ThreadPoolExecutor(8) as tellers:
        wait([tellers.submit(bank.transfer, *move) for move in moves], BOUND)

    implied = dict.fromkeys(accounts, 1000)
    for source, target, amount in moves:
        implied[source] -= amount
        implied[target] += amount
    assert {account: account.balance for account in accounts} == implied


@pytest.mark.parametrize("size", [2, 3], ids=["opposite", "ring"])
def test_circles_of_transfers_end(size: int) -> None:
    """Each pays the next, all at once, many times over: no thread waits for ever."""
    ring = [Slow(number, 100) for number in range(size)]
    bank, start = Bank(ring), threading.Barrier(size)

    def pay(place: int) -> None:
        start.wait(BOUND)
        for _ in range(30):
            bank.transfer(ring[place], ring[(place + 1) % size], 1)

    threads = [threading.Thread(target=pay, args=(n,), daemon=True) for n in range(size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(BOUND)

    assert not any(thread.is_alive() for thread in threads)
    assert [account.balance for account in ring] == [100] * size


def test_strangers_do_not_wait_for_each_other() -> None:
    """Two transfers that share no account are in the middle of writing at the same moment."""
    both = threading.Barrier(2)

    class Meets(Account):
        """Writes a balance only when another account is being written, too."""

        written = 0

        def __setattr__(self, name: str, value: int) -> None:
            if name == "balance" and hasattr(self, "balance") and self.number in (1, 3):
                both.wait(BOUND)
            super().__setattr__(name, value)

    accounts = [Meets(number, 10) for number in range(1, 5)]
    bank = Bank(accounts)
    with ThreadPoolExecutor(2) as tellers:
        moves = [
            tellers.submit(bank.transfer, accounts[0], accounts[1], 1),
            tellers.submit(bank.transfer, accounts[2], accounts[3], 1),
        ]

    assert [move.exception() for move in moves] == [None, None]


def test_too_little_money_changes_nothing() -> None:
    """Both balances stay, and both accounts can be used afterwards."""
    poor, rich = Account(1, 5), Account(2, 50)
    bank = Bank([poor, rich])

    with pytest.raises(InsufficientFunds, match="account 1 holds 5, not the 6"):
        bank.transfer(poor, rich, 6)
    bank.transfer(rich, poor, 10)

    assert (poor.balance, rich.balance) == (15, 40)


def test_nobody_overdraws_at_the_same_time() -> None:
    """Of ten withdrawals of what is there, one succeeds."""
    source, target = Slow(1, 10), Slow(2)
    bank = Bank([source, target])

    with ThreadPoolExecutor(10) as tellers:
        moves = [tellers.submit(bank.transfer, source, target, 10) for _ in range(10)]

    failed = [move.exception() for move in moves if move.exception()]
    assert [type(error) for error in failed] == [InsufficientFunds] * 9
    assert (source.balance, target.balance) == (0, 10)


def test_to_the_same_account_nothing_moves() -> None:
    """It returns, and its lock is free afterwards."""
    account, other = Account(1, 10), Account(2)
    bank = Bank([account, other])

    bank.transfer(account, account, 5)
    bank.transfer(account, other, 5)

    assert (account.balance, other.balance) == (5, 5)


@pytest.mark.parametrize("amount", [0, -1])
def test_an_amount_is_positive(amount: int) -> None:
    """A negative transfer would take money out of the target."""
    accounts = Account(1, 10), Account(2, 10)

    with pytest.raises(ValueError, match=f"amount is {amount}"):
        Bank(accounts).transfer(*accounts, amount)


def test_a_stranger_is_told() -> None:
    """An account of another bank is named, whichever side it stands on."""
    mine, theirs = Account(1, 10), Account(9, 10)

    with pytest.raises(ValueError, match="account 9 is not one of"):
        Bank([mine]).transfer(mine, theirs, 1)
    with pytest.raises(ValueError, match="account 9 is not one of"):
        Bank([mine]).transfer(theirs, theirs, 1)


def test_numbers_are_unique() -> None:
    """Two accounts of one number would leave the order of their locks open."""
    with pytest.raises(ValueError, match="two accounts have the number 7"):
        Bank([Account(7), Account(7)])
