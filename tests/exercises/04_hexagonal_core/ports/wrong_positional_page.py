"""`page(limit, offset)` is what the use case calls, with or without names.

fails: test_repositories_fit, test_units_fit, test_factories_and_clocks_fit
says: Expected: def page(self, limit: int
seen_in: page
feedback: Parameters before the `*` promise that they can be given by position, and an adapter
    that takes them by name alone does not keep that. The port says what the use case may do,
    which is to give both by name.
"""

from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from pypatterns.market.domain.market import Market


class MarketRepository(Protocol):
    async def add(self, market: Market) -> None: ...

    async def by_slug(self, slug: str) -> Market | None: ...

    async def page(self, limit: int, offset: int) -> Sequence[Market]: ...


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


class UnitOfWorkFactory(Protocol):
    def __call__(self) -> UnitOfWork: ...


class Clock(Protocol):
    def now(self) -> datetime: ...
