"""Reserving an account is no lock, so it cannot deadlock: reserve the source, then the target.

fails: test_opposite_transfers_and_rings_end
says: a mark in a set is a lock, too
seen_in: wait_for or wait
feedback: A mark that others wait for is a lock, whatever it is made of: opposite transfers each
    keep their own source and wait for the other's. Wait until both accounts are free and mark both
    in one step, or mark them in the order of their numbers.
"""

from collections.abc import Iterable
from threading import Condition

from pypatterns.concurrency import Account, InsufficientFunds


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._changed = Condition()
        self._busy: set[Account] = set()

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        if source is target:
            return
        self._mark(source)
        self._mark(target)
        try:
            if source.balance < amount:
                raise InsufficientFunds(f"{source.balance} < {amount}")
            source.balance -= amount
            target.balance += amount
        finally:
            with self._changed:
                self._busy -= {source, target}
                self._changed.notify_all()

    def _mark(self, account: Account) -> None:
        with self._changed:
            self._changed.wait_for(lambda: account not in self._busy)
            self._busy.add(account)
