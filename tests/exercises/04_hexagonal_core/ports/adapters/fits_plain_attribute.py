"""A unit with the members of the port; its markets is a plain attribute

port: UnitOfWork
"""

from types import TracebackType
from typing import Self

from answer import UnitOfWork
from rows import RowMarkets


class MemoryUnit:
    def __init__(self) -> None:
        self.markets = RowMarkets()

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
    return MemoryUnit()
