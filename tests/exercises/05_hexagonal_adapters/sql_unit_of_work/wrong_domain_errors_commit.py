"""An error of the domain is an answer like any other: what was done before it stands.

fails: test_nothing_is_kept_without_a_commit
says: was left by MarketNotFound
seen_in: __aexit__, commit
feedback: A use case that raises MarketNotFound in its middle has done half of its work, and your unit keeps that half.
    Whatever comes through `__aexit__`, only commit() keeps anything; a use case that wants it kept commits before it raises.
"""

from types import TracebackType

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from pypatterns.given.sql import SlugTaken, SqlMarkets
from pypatterns.market.domain.errors import DomainError


class SqlUnitOfWork:
    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions
        self._session: AsyncSession | None = None

    async def __aenter__(self) -> "SqlUnitOfWork":
        if self._session is not None:
            raise RuntimeError("open already")
        self._session = self._sessions()
        self.markets = SqlMarkets(self._session)
        return self

    async def commit(self) -> None:
        try:
            await self._session.commit()
        except IntegrityError as error:
            self._translate(error)
            raise

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        session, self._session = self._session, None
        async with session:
            if isinstance(exc, DomainError) and not isinstance(exc, SlugTaken):
                await session.commit()
        self._translate(exc)

    def _translate(self, error: BaseException | None) -> None:
        if isinstance(error, IntegrityError) and "markets.slug" in str(error.orig):
            raise SlugTaken(self.markets.staged[-1]) from error
