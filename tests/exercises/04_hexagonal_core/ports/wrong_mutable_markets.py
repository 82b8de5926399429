"""A unit has an attribute, so the port declares an attribute.

fails: test_units_fit, test_factories_and_clocks_fit
says: you state markets
seen_in: markets
feedback: `markets: MarketRepository` promises that it can also be assigned to: so a property
    does not fit, and neither does an attribute of the adapter's own type, since somebody might
    put another repository there. Promise to read it alone: a property in the Protocol.
"""

from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from pypatterns.market.domain.market import Market


class MarketRepository(Protocol):
    async def add(self, market: Market) -> None: ...

    async def by_slug(self, slug: str) -> Market | None: ...

    async def page(self, *, limit: int, offset: int) -> Sequence[Market]: ...


class UnitOfWork(Protocol):
    markets: MarketRepository

    async def commit(self) -> None: ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None: ...


class UnitOfWorkFactory(Protocol):
    def __call__(self) -> UnitOfWork: ...


class Clock(Protocol):
    def now(self) -> datetime: ...
