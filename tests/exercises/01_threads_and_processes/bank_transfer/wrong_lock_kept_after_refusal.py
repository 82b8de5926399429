"""acquire at the top, release at the bottom: between them nothing can go wrong.

fails: test_refused_transfer_changes_nothing
says: The call can never end
seen_in: acquire, release
feedback: InsufficientFunds leaves your code by a way on which nothing is given back, neither locks
    nor marks, and everybody who wants one of these accounts waits for ever. Give back on every way
    out: with `with`, or with `try` and `finally`.
"""

from collections.abc import Iterable
from threading import RLock

from pypatterns.concurrency import Account, InsufficientFunds


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._locks = {account.number: RLock() for account in accounts}

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        first, second = sorted((source, target), key=lambda account: account.number)
        self._locks[first.number].acquire()
        self._locks[second.number].acquire()
        if source.balance < amount:
            raise InsufficientFunds(f"{source.balance} < {amount}")
        source.balance -= amount
        target.balance += amount
        self._locks[second.number].release()
        self._locks[first.number].release()
