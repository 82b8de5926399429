"""A repository for any aggregate, a generic Protocol, and MarketRepository as one case of it."""

from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self, TypeAlias, TypeVar

from pypatterns.market.domain.market import Market

T = TypeVar("T")


class Repository(Protocol[T]):
    async def add(self, item: T) -> None: ...

    async def by_slug(self, slug: str) -> T | None: ...

    async def page(self, *, limit: int, offset: int) -> Sequence[T]: ...


MarketRepository: TypeAlias = Repository[Market]


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
