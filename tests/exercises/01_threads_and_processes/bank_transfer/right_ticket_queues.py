"""A queue for each account: a transfer draws both its places in one step, and begins when it is the first in both queues."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Event, Lock

from pypatterns.concurrency import Account, InsufficientFunds


@dataclass(eq=False)
class Ticket:
    accounts: set[Account]
    called: Event = field(default_factory=Event)


class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None:
        self._guard = Lock()  # of the queues, never held while anybody waits or money moves
        self._queues: dict[Account, deque[Ticket]] = {account: deque() for account in accounts}

    def transfer(self, source: Account, target: Account, amount: int) -> None:
        ticket = Ticket({source, target})
        with self._guard:
            for account in ticket.accounts:
                self._queues[account].append(ticket)
            self._call(ticket)
        ticket.called.wait()
        try:
            if source.balance < amount:
                raise InsufficientFunds(f"{source.balance} < {amount}")
            source.balance -= amount
            target.balance += amount
        finally:
            self._hand_on(ticket)

    def _hand_on(self, ticket: Ticket) -> None:
        with self._guard:
            queues = [self._queues[account] for account in ticket.accounts]
            for queue in queues:
                queue.popleft()
            for queue in queues:
                if queue:
                    self._call(queue[0])

    def _call(self, ticket: Ticket) -> None:
        if all(self._queues[account][0] is ticket for account in ticket.accounts):
            ticket.called.set()
