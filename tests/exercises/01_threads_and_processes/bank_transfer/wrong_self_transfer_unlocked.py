"""A transfer from an account to itself changes nothing, so it needs no lock.

fails: test_transfer_to_itself_leaves_the_balance
says: also if an account gives to itself
feedback: It reads and writes the balance twice, and without the lock it undoes what another thread
    wrote in between. Return before you touch the balance, or hold the account's lock.
"""

from collections.abc import Iterable
from threading import Lock

from pypatterns.concurrency import Account, InsufficientFunds


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._locks = {account: Lock() for account in accounts}

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        if source is target:
            self._move(source, target, amount)
            return
        first, second = sorted((source, target), key=lambda account: account.number)
        with self._locks[first], self._locks[second]:
            self._move(source, target, amount)

    @staticmethod
    def _move(source: Account, target: Account, amount: int) -> None:
        if source.balance < amount:
            raise InsufficientFunds(f"{source.balance} < {amount}")
        source.balance -= amount
        target.balance += amount
