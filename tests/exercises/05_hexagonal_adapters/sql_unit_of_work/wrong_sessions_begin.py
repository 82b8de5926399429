"""sessions.begin() rolls back after an error, and that is what a unit of work is.

fails: test_nothing_is_kept_without_a_commit, test_two_instances_are_independent
may_fail: test_an_open_instance_is_not_harmed (what begin() commits at the end of an inner unit)
seen_in: begin
feedback: `sessions.begin()` also commits when the block ends without an error. Take `sessions()`, which only closes, or
    roll back before its end unless commit() has run.
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
        self._transaction = None

    async def __aenter__(self) -> "SqlUnitOfWork":
        if self._session is not None:
            raise RuntimeError("this unit of work is open")
        self._transaction = self._sessions.begin()
        self._session = await self._transaction.__aenter__()
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
        try:
            await self._transaction.__aexit__(exc_type, exc, tb)
        except IntegrityError as error:
            translate(error)
            raise
        translate(exc)
