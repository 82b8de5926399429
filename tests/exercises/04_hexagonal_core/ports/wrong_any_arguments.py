"""`*args: Any, **kwargs: Any` lets each adapter take what it needs.

fails: test_unfit_repositories_are_refused
says: *args: Any
seen_in: Any
feedback: mypy takes `*args: Any, **kwargs: Any` as 'do not look at the arguments'. A port says
    which call the use case makes, so that an adapter that does not take it is found before it
    runs.
"""

from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol, Self

from pypatterns.market.domain.market import Market


class MarketRepository(Protocol):
    async def add(self, *args: Any, **kwargs: Any) -> None: ...

    async def by_slug(self, *args: Any, **kwargs: Any) -> Market | None: ...

    async def page(self, *args: Any, **kwargs: Any) -> Sequence[Market]: ...


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
