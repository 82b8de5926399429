"""sessions.begin(), whose end would commit, with a rollback before it unless commit() has run."""

from types import TracebackType

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from pypatterns.given.sql import SlugTaken, SqlMarkets

SQLITE_CONSTRAINT_UNIQUE = 2067  # a primary key has a code of its own


def translate(error: BaseException | None) -> None:
    if (
        isinstance(error, IntegrityError)
        and getattr(error.orig, "sqlite_errorcode", None) == SQLITE_CONSTRAINT_UNIQUE
    ):
        raise SlugTaken("one of those that were added") from error


class SqlUnitOfWork:
    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions
        self._transaction = None

    async def __aenter__(self) -> "SqlUnitOfWork":
        if self._transaction is not None:
            raise RuntimeError("enter it again once it is left")
        self._transaction = self._sessions.begin()
        self._session = await self._transaction.__aenter__()
        self._committed = False
        self.markets = SqlMarkets(self._session)
        return self

    async def commit(self) -> None:
        try:
            await self._session.commit()
        except IntegrityError as error:
            translate(error)
            raise
        self._committed = True

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        transaction, self._transaction = self._transaction, None
        try:
            if not self._committed:
                await self._session.rollback()
        finally:
            await transaction.__aexit__(exc_type, exc, tb)
        translate(exc)
