"""First lock the account that gives, then the one that gets: that is the order in which the money flows.

fails: test_opposite_transfers_and_rings_end
says: it must not depend on who gives and who gets
seen_in: Lock or RLock
feedback: Two opposite transfers each take the lock of their own source and wait for the other's,
    for ever. Both must take the same lock first: choose the order by something that belongs to the
    accounts and never changes, such as the number, not by who gives and who gets.
"""

from collections.abc import Iterable
from threading import RLock

from pypatterns.concurrency import Account, InsufficientFunds


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._locks = {account: RLock() for account in accounts}

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        with self._locks[source], self._locks[target]:
            if source.balance < amount:
                raise InsufficientFunds(f"{source.balance} < {amount}")
            source.balance -= amount
            target.balance += amount
