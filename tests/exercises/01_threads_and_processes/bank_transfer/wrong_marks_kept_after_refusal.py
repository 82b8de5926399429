"""Mark both accounts as busy, move the money, take the marks away.

fails: test_refused_transfer_changes_nothing
says: The call can never end
seen_in: wait_for or wait
feedback: When you raise InsufficientFunds, the two accounts stay marked as busy, and everybody who
    wants one of them waits for ever. Take the marks away on every way out, with `try` and
    `finally`.
"""

from collections.abc import Iterable
from threading import Condition

from pypatterns.concurrency import Account, InsufficientFunds


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._changed = Condition()
        self._busy: set[Account] = set()

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        both = {source, target}
        with self._changed:
            self._changed.wait_for(lambda: not self._busy & both)
            self._busy |= both
        if source.balance < amount:
            raise InsufficientFunds(f"{source.balance} < {amount}")
        source.balance -= amount
        target.balance += amount
        with self._changed:
            self._busy -= both
            self._changed.notify_all()
