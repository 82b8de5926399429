"""Sort the two accounts by number, so that the order is the same for everybody.

fails: test_concurrent_transfers_add_up
may_fail: test_refused_transfer_changes_nothing (the other account may hold enough)
says: whichever has the lower number
seen_in: sorted
feedback: After `source, target = sorted(…)` the source is whichever account has the lower number,
    and the money flows from there. Give the sorted ones names of their own, and use them for the
    locks only.
"""

from collections.abc import Iterable
from threading import RLock

from pypatterns.concurrency import Account, InsufficientFunds


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._locks = {account: RLock() for account in accounts}

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        source, target = sorted((source, target), key=lambda account: account.number)
        with self._locks[source], self._locks[target]:
            if source.balance < amount:
                raise InsufficientFunds(f"{source.balance} < {amount}")
            source.balance -= amount
            target.balance += amount
