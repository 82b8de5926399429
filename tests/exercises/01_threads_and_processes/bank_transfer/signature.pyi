from collections.abc import Iterable

from pypatterns.concurrency import Account

class Bank:
    def __init__(self, accounts: Iterable[Account]) -> None: ...
    def transfer(self, source: Account, target: Account, amount: int) -> None: ...
