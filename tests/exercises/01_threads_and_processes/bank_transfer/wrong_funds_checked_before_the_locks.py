"""Look at the funds first: then a transfer that must be refused takes no lock at all.

fails: test_concurrent_withdrawals_never_overdraw
feedback: Between your look at the funds and the change another transfer takes the money, and both were
    told that there was enough. Look and change must be one step: hold the locks from the one to
    the other, without letting go in between.
"""

from collections.abc import Iterable
from threading import Lock

from pypatterns.concurrency import Account, InsufficientFunds


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._locks = {account: Lock() for account in accounts}

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        if source.balance < amount:
            raise InsufficientFunds(f"{source.balance} < {amount}")
        if source is target:
            return
        first, second = sorted((source, target), key=lambda account: account.number)
        with self._locks[first], self._locks[second]:
            source.balance -= amount
            target.balance += amount
