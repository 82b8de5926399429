"""Plain methods that return an Awaitable, and the factory as an alias of Callable."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol

from pypatterns.market.domain.market import Market


class MarketRepository(Protocol):
    def add(self, market: Market) -> Awaitable[None]: ...

    def by_slug(self, slug: str) -> Awaitable[Market | None]: ...

    def page(self, *, limit: int, offset: int) -> Awaitable[Sequence[Market]]: ...


class UnitOfWork(Protocol):
    @property
    def markets(self) -> MarketRepository: ...

    def commit(self) -> Awaitable[None]: ...

    def __aenter__(self) -> "Awaitable[UnitOfWork]": ...

    def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> Awaitable[None]: ...


UnitOfWorkFactory = Callable[[], UnitOfWork]


class Clock(Protocol):
    def now(self) -> datetime: ...
