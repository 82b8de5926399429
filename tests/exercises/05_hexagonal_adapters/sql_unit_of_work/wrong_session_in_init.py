"""A unit of work is its session, so the session is made with it.

fails: test_an_open_instance_is_not_harmed
says: the inner one was left
seen_in: __init__
feedback: Your session is made once for the instance. Entered a second time while it is open, it is the same session,
    and the inner unit's end takes the outer one's rows with it. Make the session in __aenter__, and refuse to enter
    while there is one.
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
        self._session = sessions()

    async def __aenter__(self) -> "SqlUnitOfWork":
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
