"""A session belongs to its task, so all units of a task share it.

fails: test_two_instances_are_independent, test_an_open_instance_is_not_harmed
says: the inner one was left
seen_in: ContextVar or async_scoped_session
feedback: Your session hangs on the task (a ContextVar, async_scoped_session). Two units in one task are then one
    transaction: what the inner one does, the outer one keeps or loses. Whoever wants one transaction hands one unit on.
"""

from contextvars import ContextVar
from types import TracebackType

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from pypatterns.given.sql import SlugTaken, SqlMarkets

current: ContextVar[AsyncSession | None] = ContextVar("current", default=None)


def translate(error: BaseException | None) -> None:
    if isinstance(error, IntegrityError) and "markets.slug" in str(error.orig):
        raise SlugTaken("one that was added") from error


class SqlUnitOfWork:
    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions

    async def __aenter__(self) -> "SqlUnitOfWork":
        self._session = current.get() or self._sessions()
        current.set(self._session)
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
        current.set(None)
        await self._session.close()
        translate(exc)
