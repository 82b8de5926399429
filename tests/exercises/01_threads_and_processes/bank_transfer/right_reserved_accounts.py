"""One Condition and a set of reserved accounts: both are reserved in one step, and moved without the lock."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Condition

from pypatterns.concurrency import Account, InsufficientFunds


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._changed = Condition()
        self._reserved: set[Account] = set()

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        with self._both({source, target}):
            if source.balance < amount:
                raise InsufficientFunds(f"{source.balance} < {amount}")
            source.balance -= amount
            target.balance += amount

    @contextmanager
    def _both(self, accounts: set[Account]) -> Iterator[None]:
        with self._changed:
            self._changed.wait_for(lambda: self._reserved.isdisjoint(accounts))
            self._reserved |= accounts
        try:
            yield
        finally:
            with self._changed:
                self._reserved -= accounts
                self._changed.notify_all()
