"""A page is walked through and counted: a Collection is all that it takes.

fails: test_unfit_repositories_are_refused, test_use_cases_rest_on_the_ports
says: whose page is a set
seen_in: Collection
feedback: A set is a Collection, too. A page has an order, and whoever asks for the next one must know
    the last market of this one. Ask for no more than is needed, and for no less: Sequence[Market].
"""

from collections.abc import Collection
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from pypatterns.market.domain.market import Market


class MarketRepository(Protocol):
    async def add(self, market: Market) -> None: ...

    async def by_slug(self, slug: str) -> Market | None: ...

    async def page(self, *, limit: int, offset: int) -> Collection[Market]: ...


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
