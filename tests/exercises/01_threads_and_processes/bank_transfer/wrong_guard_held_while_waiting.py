"""Whoever takes both locks under one guard cannot be caught between them, so nothing can deadlock.

fails: test_disjoint_transfers_write_at_the_same_time
says: Who waits must keep nobody else waiting
seen_in: Lock or RLock
feedback: Nothing can deadlock, but whoever waits for a busy account waits where all others have to
    pass, with your guard in hand, and one busy account stops the bank. Take the two locks in the
    order of their numbers, without a guard; or hold the guard only to look and to mark, and never
    while you wait.
"""

from collections.abc import Iterable
from threading import Lock, RLock

from pypatterns.concurrency import Account, InsufficientFunds


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._guard = Lock()
        self._locks = {account.number: RLock() for account in accounts}

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        with self._guard:
            self._locks[source.number].acquire()
            self._locks[target.number].acquire()
        try:
            if source.balance < amount:
                raise InsufficientFunds(f"{source.balance} < {amount}")
            source.balance -= amount
            target.balance += amount
        finally:
            self._locks[target.number].release()
            self._locks[source.number].release()
