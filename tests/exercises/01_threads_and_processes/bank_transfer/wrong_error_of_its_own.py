"""The answer stands alone, so it defines InsufficientFunds, too.

fails: test_refused_transfer_changes_nothing, test_concurrent_withdrawals_never_overdraw
says: raised an InsufficientFunds of its own
seen_in: class, InsufficientFunds
feedback: Two classes of the same name are two classes, and an `except` for the one does not catch
    the other. Import the one that your callers know: `from pypatterns.concurrency import
    InsufficientFunds`.
"""

from collections.abc import Iterable
from threading import RLock

from pypatterns.concurrency import Account


class InsufficientFunds(Exception):
    """The source holds less than the amount."""


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._locks = {account: RLock() for account in accounts}

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        first, second = sorted((source, target), key=lambda account: account.number)
        with self._locks[first], self._locks[second]:
            if source.balance < amount:
                raise InsufficientFunds(f"{source.balance} < {amount}")
            source.balance -= amount
            target.balance += amount
