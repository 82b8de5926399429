"""A lock that does not come within a time limit means a deadlock, and an error tells the caller to try again.

fails: test_opposite_transfers_and_rings_end
says: It raised TimeoutError
seen_in: TimeoutError
feedback: Two opposite transfers were in each other's way, which is nobody's mistake, and your
    caller gets an error for it. Give back what you hold and try again yourself, after a random
    pause; or take the locks in one order, and nothing has to be noticed.
"""

from collections.abc import Iterable
from threading import RLock

from pypatterns.concurrency import Account, InsufficientFunds


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._locks = {account: RLock() for account in accounts}

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        with self._locks[source]:
            if not self._locks[target].acquire(timeout=0.1):
                raise TimeoutError(f"account {target.number} is busy")
            try:
                if source.balance < amount:
                    raise InsufficientFunds(f"{source.balance} < {amount}")
                source.balance -= amount
                target.balance += amount
            finally:
                self._locks[target].release()
