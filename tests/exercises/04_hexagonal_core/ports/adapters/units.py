"""A unit that fits, for factories that need one."""

from types import TracebackType
from typing import Self

from rows import RowMarkets


class MemoryUnit:
    def __init__(self, markets: RowMarkets | None = None) -> None:
        self.markets = markets or RowMarkets()

    async def commit(self) -> None: ...

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None: ...
