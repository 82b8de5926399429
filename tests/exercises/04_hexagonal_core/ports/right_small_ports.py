"""Small ports, each of one purpose, put together by inheritance; what is given by position has no name."""

from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol, runtime_checkable

from pypatterns.market.domain.market import Market


class AddsMarkets(Protocol):
    async def add(self, market: Market, /) -> None: ...


class FindsMarkets(Protocol):
    async def by_slug(self, slug: str, /) -> Market | None: ...

    async def page(self, *, limit: int, offset: int) -> Sequence[Market]: ...


@runtime_checkable
class MarketRepository(AddsMarkets, FindsMarkets, Protocol):
    """All that a unit can do with markets."""


class UnitOfWork(Protocol):
    @property
    def markets(self) -> MarketRepository: ...

    async def commit(self) -> None: ...

    async def __aenter__(self) -> "UnitOfWork": ...

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
        /,
    ) -> None: ...


class UnitOfWorkFactory(Protocol):
    def __call__(self) -> UnitOfWork: ...


class Clock(Protocol):
    def now(self) -> datetime: ...
