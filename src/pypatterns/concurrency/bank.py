"""Move money between accounts from many threads: none is lost, nobody waits for ever, strangers do not wait at all.

>>> bank = Bank([tea_shop, customer])
>>> bank.transfer(customer, tea_shop, 320)
"""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock


class InsufficientFunds(Exception):
    """An account holds less than it should give."""


class Account:
    """A number that is its own in the bank, and a balance in cents. Two accounts are equal only if they are the same."""

    number: int
    balance: int

    def __init__(self, number: int, balance: int = 0) -> None:
        self.number = number
        self.balance = balance

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.number}, {self.balance})"


class Bank:
    """Transfers that may run at the same time wherever they share no account.

    Each account has a lock, and whoever needs two takes the one of the lower number first. So no circle of waiting
    threads can close: its members would have to hold a lower lock and wait for a higher one all the way round.
    """

    def __init__(self, accounts: Iterable[Account]) -> None:
        """Raises `ValueError` if two accounts have the same number: the order of their locks would be open."""
        self._locks: dict[Account, Lock] = {}
        numbers = set()
        for account in accounts:
            if account.number in numbers:
                raise ValueError(f"two accounts have the number {account.number}")
            numbers.add(account.number)
            self._locks[account] = Lock()

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        """Move `amount` cents. Both balances change, or neither does.

        Raises `InsufficientFunds` if `source` holds less, and `ValueError` for an amount below 1 or a stranger's account.
        """
        if amount < 1:
            raise ValueError(f"amount is {amount}; a transfer moves 1 cent at least")
        first, second = sorted((source, target), key=lambda account: account.number)
        lock_of_first, lock_of_second = self._lock(first), self._lock(second)
        if source is target:
            return
        with lock_of_first, lock_of_second:
            if source.balance < amount:
                raise InsufficientFunds(
                    f"account {source.number} holds {source.balance}, not the {amount} asked for"
                )
            source.balance -= amount
            target.balance += amount

    def _lock(self, account: Account) -> Lock:
        if account not in self._locks:
            raise ValueError(f"account {account.number} is not one of this bank's")
        return self._locks[account]
