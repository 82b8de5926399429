"""`+=` and `-=` are one step each, so balances need no lock.

fails: test_concurrent_transfers_add_up, test_concurrent_withdrawals_never_overdraw
feedback: `source.balance -= amount` reads, subtracts and writes, and another thread may change the
    balance between any two of these. Hold a lock for each of the two accounts from the look at the
    funds to the last write.
"""

from collections.abc import Iterable

from pypatterns.concurrency import Account, InsufficientFunds


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._accounts = set(accounts)

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        if source.balance < amount:
            raise InsufficientFunds(f"{source.balance} < {amount}")
        source.balance -= amount
        target.balance += amount
