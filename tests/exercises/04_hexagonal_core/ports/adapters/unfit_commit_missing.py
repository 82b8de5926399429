"""A unit without commit

port: UnitOfWork.commit
"""

from types import TracebackType
from typing import Self

from answer import UnitOfWork
from rows import RowMarkets


class NoCommit:
    def __init__(self) -> None:
        self.markets = RowMarkets()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None: ...


def as_port() -> UnitOfWork:
    return NoCommit()
