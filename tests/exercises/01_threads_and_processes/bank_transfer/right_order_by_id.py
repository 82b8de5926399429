"""RLocks in the order of id: an account may be taken twice, so a transfer to itself needs no case of its own."""

from collections.abc import Iterable
from threading import RLock

from pypatterns.concurrency import Account, InsufficientFunds


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._locks = {id(account): RLock() for account in accounts}

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        first, second = sorted((id(source), id(target)))
        with self._locks[first], self._locks[second]:
            if source.balance < amount:
                raise InsufficientFunds(f"account {source.number} holds less than {amount}")
            source.balance -= amount
            target.balance += amount
