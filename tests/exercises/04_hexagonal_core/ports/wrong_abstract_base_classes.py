"""A port is an abstract base class.

fails: test_repositories_fit, test_units_fit, test_factories_and_clocks_fit
says: `class MarketRepository(ABC):`
seen_in: ABC or ABCMeta
feedback: An abstract base class takes only what inherits from it, so each adapter would have to
    import the core's class and say so. A Protocol takes whatever has the members: class
    MarketRepository(Protocol).
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

from pypatterns.market.domain.market import Market


class MarketRepository(ABC):
    @abstractmethod
    async def add(self, market: Market) -> None: ...

    @abstractmethod
    async def by_slug(self, slug: str) -> Market | None: ...

    @abstractmethod
    async def page(self, *, limit: int, offset: int) -> Sequence[Market]: ...


class UnitOfWork(ABC):
    @property
    @abstractmethod
    def markets(self) -> MarketRepository: ...

    @abstractmethod
    async def commit(self) -> None: ...

    @abstractmethod
    async def __aenter__(self) -> Self: ...

    @abstractmethod
    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None: ...


class UnitOfWorkFactory(ABC):
    @abstractmethod
    def __call__(self) -> UnitOfWork: ...


class Clock(ABC):
    @abstractmethod
    def now(self) -> datetime: ...
