"""Locks in any order: whoever does not get the second one at once gives the first one back and tries again."""

import random
import time
from collections.abc import Iterable
from threading import RLock

from pypatterns.concurrency import Account, InsufficientFunds


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._locks = {account: RLock() for account in accounts}

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        while not self._try(source, target, amount):
            time.sleep(random.uniform(0.0005, 0.002))  # two that collide must not do so for ever

    def _try(self, source: Account, target: Account, amount: int) -> bool:
        with self._locks[source]:
            if not self._locks[target].acquire(blocking=False):
                return False
            try:
                self._move(source, target, amount)
            finally:
                self._locks[target].release()
            return True

    @staticmethod
    def _move(source: Account, target: Account, amount: int) -> None:
        if source.balance < amount:
            raise InsufficientFunds(f"{source.balance} < {amount}")
        source.balance -= amount
        target.balance += amount
