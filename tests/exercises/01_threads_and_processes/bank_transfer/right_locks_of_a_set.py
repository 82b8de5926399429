"""The locks of a set of accounts, entered one by one in the order of their numbers: a transfer to itself has one."""

from collections.abc import Iterable
from contextlib import ExitStack
from threading import Lock

from pypatterns.concurrency import Account, InsufficientFunds


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._locks = {account.number: Lock() for account in accounts}

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        with ExitStack() as held:
            for number in sorted({source.number, target.number}):
                held.enter_context(self._locks[number])
            if amount > source.balance:
                raise InsufficientFunds
            source.balance -= amount
            target.balance += amount
