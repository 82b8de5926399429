"""A unit whose __aenter__ forgets to return it

port: UnitOfWork.__aenter__
"""

from types import TracebackType

from answer import UnitOfWork
from rows import RowMarkets


class NothingEntered:
    def __init__(self) -> None:
        self.markets = RowMarkets()

    async def commit(self) -> None: ...

    async def __aenter__(self) -> None: ...

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None: ...


def as_port() -> UnitOfWork:
    return NothingEntered()
