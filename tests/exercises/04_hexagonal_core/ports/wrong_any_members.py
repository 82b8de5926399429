"""Any keeps a port open for every adapter.

fails: test_unfit_repositories_are_refused, test_unfit_units_are_refused,
    test_unfit_factories_and_clocks_are_refused, test_use_cases_rest_on_the_ports
seen_in: Any
feedback: Any is taken for everything and passed on as anything: adapters get in that give rows
    and numbers, and the use case is no longer checked behind the port. A port promises types of
    the domain: Market, datetime.
"""

from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol, Self

from pypatterns.market.domain.market import Market


class MarketRepository(Protocol):
    async def add(self, market: Any) -> None: ...

    async def by_slug(self, slug: Any) -> Any: ...

    async def page(self, *, limit: int, offset: int) -> Sequence[Any]: ...


class UnitOfWork(Protocol):
    @property
    def markets(self) -> Any: ...

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
    def now(self) -> Any: ...
