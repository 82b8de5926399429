"""Only taking money can go wrong, so it is enough to lock the account that gives.

fails: test_concurrent_transfers_add_up
says: the account that gets needs a lock, too
feedback: A deposit reads, adds and writes too. While you credit the target without its lock,
    another transfer changes it, and one of the two amounts is lost. Hold a lock on whatever balance
    you write.
"""

from collections.abc import Iterable
from threading import Lock

from pypatterns.concurrency import Account, InsufficientFunds


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._locks = {account: Lock() for account in accounts}

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        with self._locks[source]:
            if source.balance < amount:
                raise InsufficientFunds(f"{source.balance} < {amount}")
            source.balance -= amount
            target.balance += amount
