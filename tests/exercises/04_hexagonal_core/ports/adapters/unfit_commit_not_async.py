"""A unit whose commit is a plain function: `await unit.commit()` commits, and then raises

port: UnitOfWork.commit
"""

from types import TracebackType
from typing import Self

from answer import UnitOfWork
from rows import RowMarkets


class SyncCommit:
    def __init__(self) -> None:
        self.markets = RowMarkets()

    def commit(self) -> None: ...

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None: ...


def as_port() -> UnitOfWork:
    return SyncCommit()
