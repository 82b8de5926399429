"""Whoever was woken knows that the accounts are free: that is what was notified.

fails: test_concurrent_transfers_add_up
says: Whoever has waited must look again
seen_in: wait
feedback: Between the notification and the moment when you run again, another thread may have taken
    the accounts: all that wait are woken. Look again after each wait: `while`, not `if`, or
    `wait_for`.
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
            if self._busy & both:
                self._changed.wait()
            self._busy |= both
        try:
            if source.balance < amount:
                raise InsufficientFunds(f"{source.balance} < {amount}")
            source.balance -= amount
            target.balance += amount
        finally:
            with self._changed:
                self._busy -= both
                self._changed.notify_all()
