"""The error is translated first, and then the session is closed.

fails: test_connections_go_back, test_an_instance_is_entered_again
says: by a flush that was refused
feedback: Your translation raises, and what stands below it never runs: the session stays open, and the instance as well. Clean up
    first, or in `finally`.
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
        translate(exc)
        session, self._session = self._session, None
        await session.close()
