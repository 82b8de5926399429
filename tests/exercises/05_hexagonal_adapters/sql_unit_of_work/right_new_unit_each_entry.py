"""Entering gives an object of its own on a session of its own, so an open instance may be entered again."""

from contextlib import asynccontextmanager

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from pypatterns.given.sql import SlugTaken, SqlMarkets


def meaning(error: IntegrityError) -> Exception:
    """What an IntegrityError means to the caller; itself, if no more than it says."""
    return SlugTaken("?") if str(error.orig).endswith("failed: markets.slug") else error


class Unit:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self.markets = SqlMarkets(session)

    async def commit(self) -> None:
        try:
            await self._session.commit()
        except IntegrityError as error:
            raise meaning(error)  # noqa: B904 - its context is the error itself


class SqlUnitOfWork:
    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions
        self._open = []

    @asynccontextmanager
    async def _opened(self):
        try:
            async with self._sessions() as session:
                yield Unit(session)
        except IntegrityError as error:
            raise meaning(error)  # noqa: B904

    async def __aenter__(self) -> Unit:
        opened = self._opened()
        unit = await opened.__aenter__()
        self._open.append(opened)
        return unit

    async def __aexit__(self, *raised) -> bool | None:
        return await self._open.pop().__aexit__(*raised)
