"""One contract for whatever keeps markets, and two adapters that keep it: in memory, and in a SQLite file.

>>> store = MemoryStore()
>>> async with store.unit() as unit:
...     await unit.markets.add(market)
...     await unit.commit()

The contract is what the ports' docstrings say, and nothing else: on that, and on no adapter's habits, tests can rely.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from sqlalchemy import CursorResult, NullPool, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.schema import CreateTable

from pypatterns.given.sql import SqlMarkets
from pypatterns.market.adapters.outbound.sql.markets import slug_taken
from pypatterns.market.adapters.outbound.sql.rows import Base, MarketRow, columns, to_market
from pypatterns.market.domain.errors import MarketNotFound, SlugTaken
from pypatterns.market.domain.market import Market


class MarketRepository(Protocol):
    """The markets as a unit of work sees them: what is committed, and its own changes."""

    async def add(self, market: Market) -> None:
        """Add a new one, without its pending events. A slug that is taken is `SlugTaken`, here or in the unit's commit."""
        ...

    async def by_slug(self, slug: str) -> Market | None:
        """Find the one with this slug."""
        ...

    async def update(self, market: Market) -> None:
        """Replace the one with this id. An id that nobody has is `MarketNotFound`, here or in the unit's commit."""
        ...

    async def page(self, *, limit: int, offset: int) -> list[Market]:
        """List at most `limit` after the first `offset`, sorted by slug."""
        ...


class UnitOfWork(Protocol):
    """All or nothing: what is not committed when the unit is left, by an error or not, never happened.

    Other units do not see it before the commit. After an error, a unit can only be left.
    """

    @property  # read-only, so that an adapter may have a type of its own
    def markets(self) -> MarketRepository: ...

    async def commit(self) -> None: ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None: ...


class Store(Protocol):
    """Makes units of work, any number of them, in any event loop."""

    def unit(self) -> UnitOfWork: ...


class MemoryMarkets:
    """What is committed, by id, and this unit's changes above it."""

    def __init__(self, committed: dict[str, Market]) -> None:
        self._committed = committed
        self.changed: dict[str, Market] = {}

    async def add(self, market: Market) -> None:
        if market.id in self.all():
            raise ValueError(f"the id {market.id!r} is in use; ids are made to be unique")
        refuse_taken(self.all().values(), market)
        self.put(market)

    async def by_slug(self, slug: str) -> Market | None:
        return next((market for market in self.all().values() if market.slug == slug), None)

    async def update(self, market: Market) -> None:
        if market.id not in self.all():
            raise MarketNotFound(market.slug)
        refuse_taken(self.all().values(), market)
        self.put(market)

    async def page(self, *, limit: int, offset: int) -> list[Market]:
        ordered = sorted(self.all().values(), key=lambda market: market.slug)
        return ordered[offset : offset + limit]

    def put(self, market: Market) -> None:
        """Take it as it is."""
        self.changed[market.id], _ = market.pull_events()

    def all(self) -> dict[str, Market]:
        """What this unit sees, by id."""
        return self._committed | self.changed


def refuse_taken(known: Iterable[Market], market: Market) -> None:
    """Raise `SlugTaken` if another market has this one's slug."""
    if any(each.slug == market.slug and each.id != market.id for each in known):
        raise SlugTaken(market.slug)


class MemoryUnit:
    """One unit of work; a commit has no `await` in it, so no other one comes between its check and its write."""

    repository = MemoryMarkets

    def __init__(self, committed: dict[str, Market]) -> None:
        self._committed = committed
        self.markets = self.repository(committed)

    async def commit(self) -> None:
        for market in self.markets.changed.values():
            refuse_taken(self._committed.values(), market)  # another unit may have been faster
        self._committed.update(self.markets.changed)

    async def __aenter__(self) -> Self:
        self.markets = self.repository(self._committed)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.markets = self.repository(self._committed)


class MemoryStore:
    """Markets for as long as the object lives. A market cannot change, so what is handed out may be what is kept."""

    units = MemoryUnit

    def __init__(self) -> None:
        self.committed: dict[str, Market] = {}

    def unit(self) -> MemoryUnit:
        """Make a unit of work."""
        return self.units(self.committed)


class SqliteMarkets(SqlMarkets):
    """The markets in the transaction of a session; all errors come at once."""

    async def add(self, market: Market) -> None:
        await super().add(market)
        with slug_taken(market):
            await self._session.flush()

    async def update(self, market: Market) -> None:
        changed = update(MarketRow).where(MarketRow.id == market.id).values(columns(market))
        with slug_taken(market):
            result = await self._session.execute(changed)
        assert isinstance(result, CursorResult)  # as every UPDATE's; the signature says less
        if not result.rowcount:
            raise MarketNotFound(market.slug)

    async def page(self, *, limit: int, offset: int) -> list[Market]:
        some = select(MarketRow).order_by(MarketRow.slug).limit(limit).offset(offset)
        return [to_market(row) for row in await self._session.scalars(some)]


class SqliteUnit:
    """One unit of work on a session of its own."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._session = sessions()
        self.markets = SqliteMarkets(self._session)

    async def commit(self) -> None:
        await self._session.commit()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        await self._session.__aexit__(exc_type, exc, tb)


class SqliteStore:
    """Markets in a file, with a table that is made where it is missing.

    No pool: a connection belongs to the event loop that opened it. WAL: who reads does not wait for who writes. A writer
    waits a second for another one.
    """

    def __init__(self, file: Path) -> None:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")  # the file keeps its mode
            for table in Base.metadata.sorted_tables:
                create = CreateTable(table, if_not_exists=True)
                connection.execute(str(create.compile(dialect=sqlite.dialect())))
        self.engine = create_async_engine(
            f"sqlite+aiosqlite:///{file}", poolclass=NullPool, connect_args={"timeout": 1}
        )
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    def unit(self) -> SqliteUnit:
        """Make a unit of work, which opens a connection when it first needs one."""
        return SqliteUnit(self._sessions)
