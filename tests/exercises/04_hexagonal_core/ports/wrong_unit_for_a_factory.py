"""The use case needs units, so a factory is a unit.

fails: test_factories_and_clocks_fit, test_unfit_factories_and_clocks_are_refused,
    test_use_cases_rest_on_the_ports
says: One unit, where a factory
seen_in: UnitOfWork
feedback: One unit for all requests is one transaction for all of them. The port of the factory
    is what makes a new unit when it is called: a Protocol with __call__, or Callable[[],
    UnitOfWork].
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
    @property
    def markets(self) -> MarketRepository: ...

    async def commit(self) -> None: ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None: ...


UnitOfWorkFactory = UnitOfWork


class Clock(Protocol):
    def now(self) -> datetime: ...
