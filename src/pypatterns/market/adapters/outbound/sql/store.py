"""The database: its engine, its table, and the units of work on it.

One engine a store and one session a unit of work; nothing here is shared between two stores of one process.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.schema import CreateTable

from pypatterns.market.adapters.outbound.sql.rows import Base
from pypatterns.market.adapters.outbound.sql.unit import SqlUnitOfWork


class SqlStore:
    """Markets in the database that a SQLAlchemy URL with an async driver names."""

    def __init__(self, url: str) -> None:
        where = make_url(url)
        self._is_sqlite = where.get_backend_name() == "sqlite"
        if self._is_sqlite and where.database in (None, "", ":memory:"):
            # SQLAlchemy gives all sessions the one connection there is, and with it one transaction
            raise ValueError(f"{url!r} would share a transaction among all requests: name a file")
        # seconds that a writer waits for another one
        options = {"connect_args": {"timeout": 30}} if self._is_sqlite else {}
        # hide_parameters: errors go to the log, and what people sent does not belong there; asyncpg's DETAIL may have it
        self._engine = create_async_engine(url, hide_parameters=True, **options)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)

    def unit(self) -> SqlUnitOfWork:
        """Make a unit of work, which takes a connection when it first needs one."""
        return SqlUnitOfWork(self._sessions)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Make the table where it is missing, and close all connections in the end."""
        try:
            await self._prepare()
            yield
        finally:
            await self._engine.dispose()

    async def _prepare(self) -> None:
        """Migrations (Alembic) take this place once the table gets a second form."""
        async with self._engine.begin() as connection:
            if self._is_sqlite:
                # WAL: readers no longer wait for the writer. The switch never waits for a lock, and the file keeps
                # its mode: whoever finds it locked leaves the switch to the other one, or to the next start
                with suppress(OperationalError):
                    await connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            for table in Base.metadata.sorted_tables:
                await connection.execute(CreateTable(table, if_not_exists=True))
