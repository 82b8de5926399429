"""A balance below zero shows that there was not enough, so subtract and then look.

fails: test_refused_transfer_changes_nothing, test_concurrent_withdrawals_never_overdraw
says: A refused transfer leaves both balances
feedback: You take the money first and raise when it was too much, but nobody puts it back. Look
    before you write anything; then there is nothing to undo.
"""

from collections.abc import Iterable
from threading import RLock

from pypatterns.concurrency import Account, InsufficientFunds


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._locks = {account: RLock() for account in accounts}

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        first, second = sorted((source, target), key=lambda account: account.number)
        with self._locks[first], self._locks[second]:
            source.balance -= amount
            if source.balance < 0:
                raise InsufficientFunds(f"{source.balance + amount} < {amount}")
            target.balance += amount
