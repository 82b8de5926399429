"""One thread does all the transfers, so there is nothing to lock.

fails: test_disjoint_transfers_write_at_the_same_time
says: no other transfer could be made
seen_in: ThreadPoolExecutor or Thread
feedback: A queue with one worker is one lock for the whole bank: every transfer waits until all
    before it are made. Let each caller's thread make its own transfer, and hold only the locks of
    its two accounts.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from pypatterns.concurrency import Account, InsufficientFunds


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._clerk = ThreadPoolExecutor(max_workers=1)

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        self._clerk.submit(self._move, source, target, amount).result()

    @staticmethod
    def _move(source: Account, target: Account, amount: int) -> None:
        if source.balance < amount:
            raise InsufficientFunds(f"{source.balance} < {amount}")
        source.balance -= amount
        target.balance += amount
