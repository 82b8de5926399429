"""What has no annotation, nobody has to fit.

fails: test_the_answer_is_clean, test_unfit_factories_and_clocks_are_refused
may_fail: test_use_cases_rest_on_the_ports (what the clock gives is then Any)
feedback: Without annotations a member is Any, in and out, and --strict says so. Annotate every
    member of a port: it is all that the two sides know of each other.
"""

from collections.abc import Sequence
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


class UnitOfWorkFactory(Protocol):
    def __call__(self) -> UnitOfWork: ...


class Clock(Protocol):
    def now(self): ...
