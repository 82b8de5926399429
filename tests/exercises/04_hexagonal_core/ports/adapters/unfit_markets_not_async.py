"""A unit whose markets is a repository of plain functions

port: UnitOfWork.markets
"""

from types import TracebackType
from typing import Self

from answer import UnitOfWork
from unfit_not_async import SyncMarkets


class SyncUnit:
    def __init__(self) -> None:
        self.markets = SyncMarkets()

    async def commit(self) -> None: ...

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None: ...


def as_port() -> UnitOfWork:
    return SyncUnit()
