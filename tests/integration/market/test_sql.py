"""What only the SQL store can get wrong: connections, foreign rows, files that two processes open."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from pypatterns.market.adapters.outbound.sql import SqlStore
from pypatterns.market.adapters.outbound.sql.rows import CorruptRow
from pypatterns.market.adapters.outbound.sql.unit import SqlUnitOfWork
from pypatterns.market.domain.errors import DomainError, SlugTaken
from pypatterns.market.domain.market import Market

pytestmark = pytest.mark.anyio
TEA = Market.create(id="m-1", name="Tea", slug="tea")


@pytest.fixture
async def store(sqlite_url: str) -> AsyncIterator[SqlStore]:
    """An open store in a file."""
    made = SqlStore(sqlite_url)
    async with made.opened():
        yield made


@pytest.fixture
async def engine(store: SqlStore, sqlite_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine of our own on the same file, whose pool we may look into."""
    made = create_async_engine(sqlite_url)
    yield made
    await made.dispose()


@pytest.fixture
def unit(engine: AsyncEngine) -> SqlUnitOfWork:
    """A unit of work on that engine."""
    return SqlUnitOfWork(async_sessionmaker(engine, expire_on_commit=False))


def out(engine: AsyncEngine) -> int:
    """How many connections are out of the pool."""
    pool: Any = engine.pool
    return int(pool.checkedout())


async def test_the_connection_goes_back(unit: SqlUnitOfWork, engine: AsyncEngine) -> None:
    """After a commit, after none, and after an error, no connection is out."""
    async with unit:
        await unit.markets.add(TEA)
        assert out(engine) == 1
        await unit.commit()
    after_commit = out(engine)
    async with unit:
        await unit.markets.by_slug("tea")
    after_none = out(engine)
    with pytest.raises(SlugTaken):
        async with unit:
            await unit.markets.add(Market.create(id="m-2", name="Tea", slug="tea"))

    assert (after_commit, after_none, out(engine)) == (0, 0, 0)


async def test_cancellation_gives_the_connection_back(
    unit: SqlUnitOfWork, engine: AsyncEngine
) -> None:
    """A task that is cancelled in its unit leaves nothing stored and no connection out, cancelled twice or once."""
    inside = asyncio.Event()

    async def work() -> None:
        async with unit:
            await unit.markets.add(TEA)
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await inside.wait()
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()  # while it cleans up
    with pytest.raises(asyncio.CancelledError):
        await task
    for _ in range(1000):  # the shielded close ends by itself; 20 s, to end a hang
        if not out(engine):
            break
        await asyncio.sleep(0.02)

    assert out(engine) == 0
    async with unit:
        assert await unit.markets.by_slug("tea") is None


async def test_each_unit_has_a_session_of_its_own(engine: AsyncEngine) -> None:
    """Two units of one factory hold two sessions, on two connections."""
    sessions: list[AsyncSession] = []
    connections: list[object] = []

    class Counted(AsyncSession):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            sessions.append(self)

    event.listen(
        engine.sync_engine, "checkout", lambda connection, *_: connections.append(connection)
    )
    factory = async_sessionmaker(engine, class_=Counted)

    async with SqlUnitOfWork(factory) as one, SqlUnitOfWork(factory) as other:
        await one.markets.by_slug("tea")
        await other.markets.by_slug("tea")

    assert len(set(map(id, sessions))) == len(set(map(id, connections))) == 2


async def test_other_broken_rules_are_not_a_taken_slug(
    unit: SqlUnitOfWork, engine: AsyncEngine
) -> None:
    """A NOT NULL that fails is our own fault, and comes out as the database told it."""
    async with engine.begin() as connection:
        await connection.execute(text("DROP TABLE markets"))
        await connection.execute(
            text(
                "CREATE TABLE markets (id, name, slug UNIQUE, status, tags, tick_amount, tick_currency, version, owner NOT NULL)"
            )
        )

    with pytest.raises(IntegrityError, match="owner"):
        async with unit:
            await unit.markets.add(
                Market.create(id="m-1", name="markets.slug", slug="uq-markets-slug")
            )


async def test_errors_do_not_hold_what_was_sent(
    unit: SqlUnitOfWork, store: SqlStore, engine: AsyncEngine
) -> None:
    """They go to the log, and parameters may be anybody's secrets."""
    async with engine.begin() as connection:
        await connection.execute(text("DROP TABLE markets"))

    with pytest.raises(Exception, match="no such table") as failure:
        async with store.unit() as one:
            await one.markets.add(Market.create(id="m-1", name="s3cret", slug="tea"))

    assert "s3cret" not in str(failure.value)


@pytest.mark.parametrize(
    "change",
    [
        "name = ' '",
        "slug = 'A B'",
        "status = 'OPEN'",
        "tags = '[1]'",
        "tags = 'null'",
        "tick_amount = 0",
        "version = 0",
    ],
)
async def test_a_corrupt_row_is_nobodys_fault_but_the_databases(
    store: SqlStore, engine: AsyncEngine, change: str
) -> None:
    """It raises an error that is none of the domain's: whoever asked did nothing wrong."""
    async with store.unit() as unit:
        await unit.markets.add(TEA)
        await unit.commit()
    async with engine.begin() as connection:
        await connection.execute(text(f"UPDATE markets SET {change}"))

    async with store.unit() as unit:
        with pytest.raises(CorruptRow, match="m-1") as failure:
            await unit.markets.page(limit=1, offset=0)

    assert not isinstance(failure.value, DomainError)


async def test_readers_do_not_wait_for_the_writer(store: SqlStore, engine: AsyncEngine) -> None:
    """The file is in WAL mode."""
    async with engine.connect() as connection:
        mode = await connection.scalar(text("PRAGMA journal_mode"))

    assert mode == "wal"


@pytest.mark.parametrize("url", ["sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:"])
def test_one_connection_for_all_is_refused(url: str) -> None:
    """SQLite in memory would put all requests into one transaction; the message names the way out."""
    with pytest.raises(ValueError, match="name a file"):
        SqlStore(url)


async def test_a_store_that_cannot_open_leaves_nothing_open(sqlite_url: str) -> None:
    """A database that is no database is an error at the start, and no connection stays behind."""
    path = sqlite_url.partition("///")[2]
    await asyncio.to_thread(write_junk, path)

    with pytest.raises(Exception, match="not a database"):
        async with SqlStore(sqlite_url).opened():
            pass


def write_junk(path: str) -> None:
    """A file that SQLite refuses."""
    with open(path, "wb") as file:  # noqa: PTH123 - a name, as the URL has it
        file.write(b"no database " * 1000)


async def test_a_store_opens_beside_a_writer(sqlite_url: str) -> None:
    """A file that is not in WAL mode yet, and another process in the middle of a transaction: no reason to fail."""
    async with SqlStore(sqlite_url).opened():
        pass

    with closing(sqlite3.connect(sqlite_url.partition("///")[2], isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode=DELETE")
        writer.execute("BEGIN IMMEDIATE")
        store = SqlStore(sqlite_url)
        async with store.opened(), store.unit() as unit:
            page = await unit.markets.page(limit=1, offset=0)

    assert page == []


async def test_stores_that_open_at_once_agree(sqlite_url: str) -> None:
    """Eight services may start together on a file that is not there yet."""

    async def start() -> None:
        async with SqlStore(sqlite_url).opened():
            pass

    async with asyncio.TaskGroup() as group:
        for _ in range(8):
            group.create_task(start())
