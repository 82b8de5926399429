"""Transfers that wait in one queue are served in the order in which they came: that is fair, and nobody starves.

fails: test_disjoint_transfers_write_at_the_same_time
says: Who waits must keep nobody else waiting
seen_in: deque or Queue or popleft
feedback: Whoever stands at the head of your queue and waits for a busy account keeps all behind it
    waiting, who could begin at once. Let each wait for its own two accounts: a queue for each
    account, or one Condition at which all that wait look for themselves.
"""

from collections import deque
from collections.abc import Iterable
from threading import Condition, get_ident

from pypatterns.concurrency import Account, InsufficientFunds


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._changed = Condition()
        self._queue: deque[int] = deque()
        self._busy: set[Account] = set()

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        both, me = {source, target}, get_ident()
        with self._changed:
            self._queue.append(me)
            self._changed.wait_for(lambda: self._queue[0] == me and not self._busy & both)
            self._queue.popleft()
            self._busy |= both
            self._changed.notify_all()
        try:
            if source.balance < amount:
                raise InsufficientFunds(f"{source.balance} < {amount}")
            source.balance -= amount
            target.balance += amount
        finally:
            with self._changed:
                self._busy -= both
                self._changed.notify_all()
