"""`*args: object` in __aexit__ spares three long parameters.

fails: test_units_fit, test_factories_and_clocks_fit
says: you state __aexit__
seen_in: __aexit__, object
feedback: In an adapter `*args: object` is fine: it takes more than it must. In the port it is a
    promise to every caller that anything goes, and a unit that takes the three parameters of
    `async with` does not keep it. A port asks for what will be given, and no more.
"""

from collections.abc import Sequence
from datetime import datetime
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

    async def __aexit__(self, *args: object) -> None: ...


class UnitOfWorkFactory(Protocol):
    def __call__(self) -> UnitOfWork: ...


class Clock(Protocol):
    def now(self) -> datetime: ...
