"""A unit of work: one session from its start to its end, and nothing kept that was not committed.

>>> async with SqlUnitOfWork(sessions) as unit:
...     await unit.markets.add(market)
...     await unit.commit()
"""

from __future__ import annotations

from types import TracebackType
from typing import Self

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from pypatterns.market.adapters.outbound.sql.markets import SqlMarkets


class SqlUnitOfWork:
    """One unit of work; it may be entered again once it was left."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions
        self._session: AsyncSession | None = None

    @property
    def markets(self) -> SqlMarkets:
        return SqlMarkets(self._opened)

    async def commit(self) -> None:
        await self._opened.commit()

    @property
    def _opened(self) -> AsyncSession:
        if self._session is None:
            raise RuntimeError("this unit of work is not open: use it in `async with`")
        return self._session

    async def __aenter__(self) -> Self:
        if self._session is not None:
            raise RuntimeError("this unit of work is open already: ask the factory for another one")
        self._session = self._sessions()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Close the session, which rolls back what was not committed; a second cancellation does not keep it from that."""
        session, self._session = self._opened, None
        await session.__aexit__(exc_type, exc, tb)
