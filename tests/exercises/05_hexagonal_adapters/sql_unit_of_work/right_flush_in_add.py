"""The unit hands out a repository of its own, which flushes in add and translates there, as the market's does."""

from types import TracebackType

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from pypatterns.given.sql import Market, SlugTaken, SqlMarkets


class EagerMarkets(SqlMarkets):
    async def add(self, market: Market) -> None:
        await super().add(market)
        try:
            await self._session.flush()
        except IntegrityError as error:
            if "markets.slug" not in str(error.orig):
                raise
            raise SlugTaken(market.slug) from error


class SqlUnitOfWork:
    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions
        self._sessions_open: list[AsyncSession] = []

    @property
    def markets(self) -> SqlMarkets:
        return EagerMarkets(self._sessions_open[-1])

    async def commit(self) -> None:
        await self._sessions_open[-1].commit()

    async def __aenter__(self) -> "SqlUnitOfWork":
        self._sessions_open.append(self._sessions())
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        session = self._sessions_open.pop()
        try:
            await session.rollback()
        finally:
            await session.close()
