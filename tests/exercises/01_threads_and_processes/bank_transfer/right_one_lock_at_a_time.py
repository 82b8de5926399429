"""Debit under the source's lock, then credit under the target's: who never holds two locks closes no circle."""

from collections.abc import Iterable
from threading import Lock

from pypatterns.concurrency import Account, InsufficientFunds


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._locks = {account: Lock() for account in accounts}

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        self._change(source, -amount)
        self._change(target, amount)  # until here the money is on its way, in neither account

    def _change(self, account: Account, amount: int) -> None:
        with self._locks[account]:
            if account.balance + amount < 0:
                raise InsufficientFunds(f"{account.balance} < {-amount}")
            account.balance += amount
