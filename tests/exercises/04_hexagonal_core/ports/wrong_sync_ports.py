"""The port names the methods; whether they are async is the adapter's business.

fails: test_repositories_fit, test_units_fit, test_factories_and_clocks_fit,
    test_unfit_repositories_are_refused, test_use_cases_rest_on_the_ports
seen_in: add
feedback: `def add(…) -> None` is called and done, `async def add(…) -> None` gives a coroutine
    that must be awaited: two different promises. The use case awaits, so the port says async
    def.
"""

from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from pypatterns.market.domain.market import Market


class MarketRepository(Protocol):
    def add(self, market: Market) -> None: ...

    def by_slug(self, slug: str) -> Market | None: ...

    def page(self, *, limit: int, offset: int) -> Sequence[Market]: ...


class UnitOfWork(Protocol):
    @property
    def markets(self) -> MarketRepository: ...

    def commit(self) -> None: ...

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
