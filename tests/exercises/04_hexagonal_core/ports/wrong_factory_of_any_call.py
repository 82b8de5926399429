"""A factory is a callable that gives a unit; what it is called with is its own affair.

fails: test_unfit_factories_and_clocks_are_refused
says: cannot be called without a session
seen_in: Callable
feedback: `Callable[..., UnitOfWork]` switches the look at arguments off. The use case calls the
    factory with none, and a factory that needs one breaks there. `Callable[[], UnitOfWork]`
    says so.
"""

from collections.abc import Callable, Sequence
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


UnitOfWorkFactory = Callable[..., UnitOfWork]


class Clock(Protocol):
    def now(self) -> datetime: ...
