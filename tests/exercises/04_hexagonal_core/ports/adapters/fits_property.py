"""A unit whose markets is a property that opens its repository when it is first needed

port: UnitOfWork.markets
"""

from __future__ import annotations

from types import TracebackType

from answer import UnitOfWork
from rows import RowMarkets


class SqlUnit:
    def __init__(self) -> None:
        self._markets: RowMarkets | None = None

    @property
    def markets(self) -> RowMarkets:
        self._markets = self._markets or RowMarkets()
        return self._markets

    async def commit(self) -> None: ...

    async def __aenter__(self) -> SqlUnit:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None: ...


def as_port() -> UnitOfWork:
    return SqlUnit()
