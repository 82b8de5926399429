"""A fixed array of locks, chosen by the account's number, is as good as a lock for each and needs less memory.

fails: test_disjoint_transfers_write_at_the_same_time
says: other transfers were made
seen_in: Lock or RLock
feedback: Accounts whose numbers fall on the same lock wait for each other though they have nothing
    in common, and in a big bank there are many of these. Give each account a lock of its own.
"""

from collections.abc import Iterable
from threading import RLock

from pypatterns.concurrency import Account, InsufficientFunds


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._stripes = [RLock() for _ in range(64)]

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        first, second = sorted((source.number % 64, target.number % 64))
        with self._stripes[first], self._stripes[second]:
            if source.balance < amount:
                raise InsufficientFunds(f"{source.balance} < {amount}")
            source.balance -= amount
            target.balance += amount
