"""A unit for a plain `with`: it has __enter__ and __exit__

port: UnitOfWork.__aenter__
"""

from types import TracebackType
from typing import Self

from answer import UnitOfWork
from rows import RowMarkets


class PlainWith:
    def __init__(self) -> None:
        self.markets = RowMarkets()

    async def commit(self) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None: ...


def as_port() -> UnitOfWork:
    return PlainWith()
