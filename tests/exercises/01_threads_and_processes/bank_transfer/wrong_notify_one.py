"""A transfer that ends frees its accounts for one other, so it is enough to wake one.

fails: test_disjoint_transfers_write_at_the_same_time
says: whoever can begin must learn it
seen_in: notify
feedback: `notify` wakes whoever has waited longest, also if that one still cannot start, and then
    nobody wakes those who could. Wake all with `notify_all`, and let each look for itself.
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
            while self._busy & both:
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
                self._changed.notify()
