"""Lock the poorer account first; where balances are equal the number decides, so the order has no gap.

fails: test_opposite_transfers_and_rings_end
says: between a look at the balances and the first lock
seen_in: sorted or min or max
feedback: You look at the balances before you hold a lock, and a transfer can change them right
    then. So two threads can sort the same two accounts differently, and wait for each other. Order
    by something that never changes: the number alone.
"""

from collections.abc import Iterable
from threading import RLock

from pypatterns.concurrency import Account, InsufficientFunds


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._locks = {account: RLock() for account in accounts}

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        poorer, richer = sorted((source, target), key=lambda a: (a.balance, a.number))
        with self._locks[poorer], self._locks[richer]:
            if source.balance < amount:
                raise InsufficientFunds(f"{source.balance} < {amount}")
            source.balance -= amount
            target.balance += amount
