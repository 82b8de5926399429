"""Who does not get both locks at once must not wait, or there may be a deadlock.

fails: test_concurrent_transfers_add_up
says: It is as if
seen_in: acquire
feedback: A busy account is no reason to drop a transfer: your caller was told that it is done, and
    it is not. Give back what you hold, wait a moment and try again; or take the locks in one order,
    and wait.
"""

from collections.abc import Iterable
from threading import RLock

from pypatterns.concurrency import Account, InsufficientFunds


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._locks = {account: RLock() for account in accounts}

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        with self._locks[source]:
            if not self._locks[target].acquire(blocking=False):
                return
            try:
                if source.balance < amount:
                    raise InsufficientFunds(f"{source.balance} < {amount}")
                source.balance -= amount
                target.balance += amount
            finally:
                self._locks[target].release()
