"""What the use cases ask of the world, as Protocols: an adapter fits by its shape and inherits nothing.

mypy is what checks the fit (bootstrap.py hands the adapters over); `isinstance` would see names, not signatures.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from pypatterns.market.domain.lifecycle import StatusChanged
from pypatterns.market.domain.market import Market


class MarketRepository(Protocol):
    """The markets as one unit of work sees them: what is committed, and its own changes."""

    async def add(self, market: Market) -> None:
        """Add a new one; raises `SlugTaken`, here or in the unit's commit."""
        ...

    async def by_slug(self, slug: str) -> Market | None:
        """Find the one with this slug."""
        ...

    async def update(self, market: Market) -> Market:
        """Store a changed one and return it at its next version.

        Raises, here or in the unit's commit: `MarketNotFound`; `StaleMarket` if the stored version is another one.
        """
        ...

    async def page(self, *, limit: int, offset: int) -> Sequence[Market]:
        """List at most `limit` after the first `offset`, ordered by slug as code points order it."""
        ...


class UnitOfWork(Protocol):
    """All or nothing: what is not committed when the unit is left never happened.

    Leave it after an error: what its commit would still store then, databases do not agree on.
    """

    @property  # read-only: a plain attribute would be invariant, and no adapter's own type would fit
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
    """A factory, never an instance: two requests at once must not share a transaction."""

    def __call__(self) -> UnitOfWork: ...


class Clock(Protocol):
    """Tells the time, with its zone."""

    def now(self) -> datetime: ...


class IdGenerator(Protocol):
    """Makes an id that no market has: outside the database, so that a market never lacks one."""

    def __call__(self) -> str: ...


class Announcer(Protocol):
    """Is told what happened, after it was stored. Must not raise: the change stands."""

    def __call__(self, event: StatusChanged) -> None: ...
