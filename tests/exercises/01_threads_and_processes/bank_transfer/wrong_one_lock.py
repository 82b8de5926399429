"""One lock for the whole bank is safe, and a transfer is so short that nobody will wait.

fails: test_disjoint_transfers_write_at_the_same_time
says: no other transfer could be made
seen_in: Lock or RLock
feedback: Every transfer waits for every other, also where they have no account in common: one lock
    for the whole bank does that, and so does one thread that makes all transfers. Give each account
    a lock of its own, and hold only the two that a transfer needs.
"""

from collections.abc import Iterable
from threading import Lock

from pypatterns.concurrency import Account, InsufficientFunds


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._lock = Lock()

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        with self._lock:
            if source.balance < amount:
                raise InsufficientFunds(f"{source.balance} < {amount}")
            source.balance -= amount
            target.balance += amount
