"""There must be more on the account than is taken from it.

fails: test_refused_transfer_changes_nothing
says: Only a balance below the amount
feedback: `source.balance <= amount` also refuses a transfer of exactly what the account holds. Only
    a balance below the amount is too little.
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
            if source.balance <= amount:
                raise InsufficientFunds(f"{source.balance} <= {amount}")
            source.balance -= amount
            target.balance += amount
