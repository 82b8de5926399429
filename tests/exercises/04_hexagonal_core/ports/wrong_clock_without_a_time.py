"""A clock can fail, and then now gives None.

fails: test_use_cases_rest_on_the_ports
says: datetime | None
feedback: Now each use case must ask for None, and none of them can go on without a time. A clock that
    cannot tell it raises. The port promises the datetime.
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


class UnitOfWorkFactory(Protocol):
    def __call__(self) -> UnitOfWork: ...


class Clock(Protocol):
    def now(self) -> datetime | None: ...
