"""A unit of work is used once; a flag in the instance says that it was.

fails: test_an_instance_is_entered_again
says: an instance was left without a commit
feedback: Your instance stays closed for good. What has been left holds nothing any more: let it begin anew, and refuse
    only while it is open.
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
            raise RuntimeError("a unit of work is used once")
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
        await self._session.close()
        translate(exc)
