"""A transfer that is not covered is left undone: the balances show it.

fails: test_refused_transfer_changes_nothing, test_concurrent_withdrawals_never_overdraw
says: but it returned
feedback: Your caller cannot tell a transfer that was done from one that was not. Raise
    InsufficientFunds, the one that pypatterns.concurrency gives.
"""

from collections.abc import Iterable
from threading import RLock

from pypatterns.concurrency import Account


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._locks = {account: RLock() for account in accounts}

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        first, second = sorted((source, target), key=lambda account: account.number)
        with self._locks[first], self._locks[second]:
            if source.balance >= amount:
                source.balance -= amount
                target.balance += amount
