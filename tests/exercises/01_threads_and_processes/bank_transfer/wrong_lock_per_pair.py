"""Transfers between the same two accounts disturb each other, so each pair has a lock.

fails: test_concurrent_transfers_add_up, test_concurrent_withdrawals_never_overdraw
says: different pairs with one account in common
seen_in: Lock or RLock, frozenset or sorted or tuple
feedback: Two transfers of different pairs can share one account, and your pairs' locks do not know
    of each other. What must be guarded is a balance: give each account a lock, and hold both.
"""

from collections.abc import Iterable
from itertools import combinations_with_replacement
from threading import Lock

from pypatterns.concurrency import Account, InsufficientFunds


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        pairs = combinations_with_replacement(accounts, 2)
        self._locks = {frozenset(pair): Lock() for pair in pairs}

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        with self._locks[frozenset((source, target))]:
            if source.balance < amount:
                raise InsufficientFunds(f"{source.balance} < {amount}")
            source.balance -= amount
            target.balance += amount
