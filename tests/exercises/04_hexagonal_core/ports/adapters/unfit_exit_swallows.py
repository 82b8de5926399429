"""A unit whose __aexit__ returns a bool: by True it swallows the error that was raised inside

port: UnitOfWork.__aexit__
"""

from types import TracebackType
from typing import Self

from answer import UnitOfWork
from rows import RowMarkets


class SwallowingUnit:
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
    ) -> bool:
        return True


def as_port() -> UnitOfWork:
    return SwallowingUnit()
