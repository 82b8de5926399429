"""Whoever asks by_slug before adding never meets the table's rule.

fails: test_a_duplicate_slug_is_slug_taken
says: stored between add and commit
seen_in: by_slug
feedback: Between your question and the commit somebody else can store the slug. Only the table's rule decides, so what it
    says has to be translated all the same.
"""

from types import TracebackType

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from pypatterns.given.sql import Market, SlugTaken, SqlMarkets


class CarefulMarkets(SqlMarkets):
    async def add(self, market: Market) -> None:
        if market.slug in self.staged or await self.by_slug(market.slug):
            raise SlugTaken(market.slug)
        await super().add(market)


class SqlUnitOfWork:
    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions
        self._session: AsyncSession | None = None

    async def __aenter__(self) -> "SqlUnitOfWork":
        if self._session is not None:
            raise RuntimeError("this unit of work is open")
        self._session = self._sessions()
        self.markets = CarefulMarkets(self._session)
        return self

    async def commit(self) -> None:
        await self._session.commit()

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        session, self._session = self._session, None
        await session.close()
