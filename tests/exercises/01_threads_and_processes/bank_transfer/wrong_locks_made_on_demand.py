"""A lock is made when an account is first used: most accounts never are.

fails: test_concurrent_transfers_add_up
says: each with a lock for
seen_in: Lock or RLock
feedback: Two threads can both find that an account has no lock yet, and each makes its own: then
    both hold "the" lock of one account. Make the locks in `__init__`, or in one step: `setdefault`,
    or under a lock.
"""

from collections.abc import Iterable
from threading import RLock

from pypatterns.concurrency import Account, InsufficientFunds


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._locks: dict[Account, RLock] = {}

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        first, second = sorted((source, target), key=lambda account: account.number)
        with self._lock(first), self._lock(second):
            if source.balance < amount:
                raise InsufficientFunds(f"{source.balance} < {amount}")
            source.balance -= amount
            target.balance += amount

    def _lock(self, account: Account) -> RLock:
        if account not in self._locks:
            self._locks[account] = RLock()
        return self._locks[account]
