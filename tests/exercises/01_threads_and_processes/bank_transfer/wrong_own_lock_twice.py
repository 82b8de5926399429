"""Two accounts, two locks: take both, in the order of their numbers.

fails: test_transfer_to_itself_leaves_the_balance
says: The call can never end
seen_in: Lock
feedback: Where source and target are one account, your second lock is your first one, and a `Lock`
    waits even for the thread that holds it. Return early for such a transfer, take each lock of a
    set once, or use an `RLock`.
"""

from collections.abc import Iterable
from threading import Lock

from pypatterns.concurrency import Account, InsufficientFunds


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._locks = {account: Lock() for account in accounts}

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        first, second = sorted((source, target), key=lambda account: account.number)
        with self._locks[first], self._locks[second]:
            if source.balance < amount:
                raise InsufficientFunds(f"{source.balance} < {amount}")
            source.balance -= amount
            target.balance += amount
