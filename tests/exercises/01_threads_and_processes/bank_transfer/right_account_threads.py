"""Each account belongs to a thread of its own, which is told by a queue what to do: nothing is shared, nothing is locked."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from pypatterns.concurrency import Account, InsufficientFunds


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._desks = {account: ThreadPoolExecutor(max_workers=1) for account in accounts}

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        self._desks[source].submit(withdraw, source, amount).result()
        self._desks[target].submit(deposit, target, amount).result()


def withdraw(account: Account, amount: int) -> None:
    if account.balance < amount:
        raise InsufficientFunds(f"account {account.number}: {account.balance} < {amount}")
    account.balance -= amount


def deposit(account: Account, amount: int) -> None:
    account.balance += amount
