"""Any order will do as long as it is an order: always lock the poorer account first.

fails: test_opposite_transfers_and_rings_end
says: with equal ones they do not
seen_in: sorted or min or max
feedback: Of two equal balances none is the smaller one: `sorted` leaves them as they were given,
    source first, and opposite transfers wait for each other. A balance also changes while you look
    at it. Order by something that is different for any two accounts and never changes: the number.
"""

from collections.abc import Iterable
from threading import RLock

from pypatterns.concurrency import Account, InsufficientFunds


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._locks = {account: RLock() for account in accounts}

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        poorer, richer = sorted((source, target), key=lambda account: account.balance)
        with self._locks[poorer], self._locks[richer]:
            if source.balance < amount:
                raise InsufficientFunds(f"{source.balance} < {amount}")
            source.balance -= amount
            target.balance += amount
