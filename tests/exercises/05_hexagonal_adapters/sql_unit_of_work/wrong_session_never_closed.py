"""A session without a commit is rolled back when nobody holds it any more.

fails: test_connections_go_back
says: without a commit
feedback: Forgetting a session gives nothing back: its connection waits for the garbage collector, which cannot close it in an
    event loop, and SQLAlchemy warns of it. Close the session when the unit is left.
"""

from types import TracebackType

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from pypatterns.given.sql import SlugTaken, SqlMarkets


def translate(error: BaseException | None) -> None:
    if isinstance(error, IntegrityError) and "markets.slug" in str(error.orig):
        raise SlugTaken("one that was added") from error


class SqlUnitOfWork:
    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions
        self._session: AsyncSession | None = None

    async def __aenter__(self) -> "SqlUnitOfWork":
        if self._session is not None:
            raise RuntimeError("this unit of work is open")
        self._session = self._sessions()
        self.markets = SqlMarkets(self._session)
        return self

    async def commit(self) -> None:
        try:
            await self._session.commit()
        except IntegrityError as error:
            translate(error)
            raise

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._session = None
        translate(exc)
