"""What __aenter__ returns is only for the `as`.

fails: test_unfit_units_are_refused, test_use_cases_rest_on_the_ports
says: you state __aenter__
seen_in: __aenter__, Any or object
feedback: The use case works with what `async with` gives it. If the port says Any or object
    there, mypy no longer knows that it is a unit. __aenter__ returns the unit: Self, or
    UnitOfWork.
"""

from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol

from pypatterns.market.domain.market import Market


class MarketRepository(Protocol):
    async def add(self, market: Market) -> None: ...

    async def by_slug(self, slug: str) -> Market | None: ...

    async def page(self, *, limit: int, offset: int) -> Sequence[Market]: ...


class UnitOfWork(Protocol):
    @property
    def markets(self) -> MarketRepository: ...

    async def commit(self) -> None: ...

    async def __aenter__(self) -> object: ...

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
