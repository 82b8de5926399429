"""Read both balances, compute both, write both: with the locks held nothing can come between.

fails: test_transfer_to_itself_leaves_the_balance
says: What an account gives to itself
feedback: Where source and target are one account, both of your reads see the old balance, and your
    second write wins: the amount is made from nothing. Return early for such a transfer, or write
    the first balance before you read the second.
"""

from collections.abc import Iterable
from threading import RLock

from pypatterns.concurrency import Account, InsufficientFunds


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._locks = {account.number: RLock() for account in accounts}

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        low, high = sorted((source.number, target.number))
        with self._locks[low], self._locks[high]:
            left, grown = source.balance - amount, target.balance + amount
            if left < 0:
                raise InsufficientFunds(f"{source.balance} < {amount}")
            source.balance, target.balance = left, grown
