"""Once the session has been rolled back, the error is dealt with.

fails: test_nothing_is_kept_without_a_commit, test_a_duplicate_slug_is_slug_taken, test_other_integrity_errors_come_out
seen_in: __aexit__, return
feedback: `return True` from __aexit__ swallows the error, a cancellation too, and the caller goes on as if all were
    stored. Return nothing: the error comes out by itself.
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
    ) -> bool:
        session, self._session = self._session, None
        await session.rollback()
        await session.close()
        return True
