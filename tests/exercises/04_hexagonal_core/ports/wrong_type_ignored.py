"""One ignore is no reason to rewrite a port.

fails: test_the_answer_is_clean
says: says '# type: ignore
may_fail: test_unfit_repositories_are_refused (a page of anything takes rows, too)
feedback: An ignore hides whatever mypy will ever say of that line, also when somebody changes
    it. Where a rule asks for more, write more: here the parameters of a generic type.
"""

from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from pypatterns.market.domain.market import Market


class MarketRepository(Protocol):
    async def add(self, market: Market) -> None: ...

    async def by_slug(self, slug: str) -> Market | None: ...

    async def page(self, *, limit: int, offset: int) -> Sequence: ...  # type: ignore[type-arg]


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
