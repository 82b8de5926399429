"""An AsyncExitStack an entry: it closes the session, and a context manager inside it translates."""

from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from types import TracebackType

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from pypatterns.given.sql import SlugTaken, SqlMarkets


@contextmanager
def translated(markets: SqlMarkets) -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        if "UNIQUE constraint failed: markets.slug" not in str(error.orig):
            raise
        raise SlugTaken(str(markets.staged)) from error


class SqlUnitOfWork:
    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions
        self._stack: AsyncExitStack | None = None

    async def __aenter__(self) -> "SqlUnitOfWork":
        if self._stack is not None:
            raise RuntimeError("already open")
        async with AsyncExitStack() as stack:
            self._session = await stack.enter_async_context(self._sessions())
            self.markets = SqlMarkets(self._session)
            stack.enter_context(translated(self.markets))
            self._stack = stack.pop_all()
        return self

    async def commit(self) -> None:
        with translated(self.markets):
            await self._session.commit()

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> bool | None:
        stack, self._stack = self._stack, None
        return await stack.__aexit__(exc_type, exc, tb)
