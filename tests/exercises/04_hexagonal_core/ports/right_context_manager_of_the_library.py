"""A unit is an asynchronous context manager of the standard library, whose own class is a Protocol."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from pypatterns.market.domain.market import Market


class MarketRepository(Protocol):
    async def add(self, market: Market) -> None: ...

    async def by_slug(self, slug: str) -> Market | None: ...

    async def page(self, *, limit: int, offset: int) -> Sequence[Market]: ...


class UnitOfWork(AbstractAsyncContextManager["UnitOfWork", None], Protocol):
    @property
    def markets(self) -> MarketRepository: ...

    async def commit(self) -> None: ...


class UnitOfWorkFactory(Protocol):
    def __call__(self) -> UnitOfWork: ...


class Clock(Protocol):
    def now(self) -> datetime: ...
