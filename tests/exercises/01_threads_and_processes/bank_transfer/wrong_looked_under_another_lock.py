"""The look at the funds is guarded, and so is the change: each under the locks that it needs.

fails: test_concurrent_withdrawals_never_overdraw
says: stopped before line
feedback: Each of your steps is guarded, but between them you let go of the lock, and the money that
    you saw can be gone. The look and the change must be one step: hold the lock from the one to the
    other.
"""

from collections.abc import Iterable
from threading import RLock

from pypatterns.concurrency import Account, InsufficientFunds


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._locks = {account: RLock() for account in accounts}

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        with self._locks[source]:
            if source.balance < amount:
                raise InsufficientFunds(f"{source.balance} < {amount}")
        first, second = sorted((source, target), key=lambda account: account.number)
        with self._locks[first], self._locks[second]:
            source.balance -= amount
            target.balance += amount
