"""Stores, apps and clients for the market's tests: real files, real transactions, and the app's own lifespan."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import create_async_engine

from pypatterns.market.adapters.outbound.memory import MemoryStore
from pypatterns.market.adapters.outbound.sql import SqlStore
from pypatterns.market.adapters.outbound.sql.rows import Base
from pypatterns.market.application.ports import MarketRepository, UnitOfWork
from pypatterns.market.bootstrap import Store
from pypatterns.market.domain.market import Market

# one more database to test on. Not MARKET_DATABASE_URL, which may hold somebody's markets: here the table is dropped
MORE = os.environ.get("MARKET_TEST_DATABASE_URL", "")
DATABASES = ["sqlite", "url"] if MORE else ["sqlite"]
Serve = Callable[[FastAPI], AbstractAsyncContextManager[httpx.AsyncClient]]
Gate = Callable[[], Awaitable[None]]


@pytest.fixture
def anyio_backend() -> str:
    """SQLAlchemy's asyncio knows no other loop, so the service is asyncio's."""
    return "asyncio"


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A database file that is not there yet."""
    return f"sqlite+aiosqlite:///{tmp_path / 'market.db'}"


async def emptied(url: str) -> str:
    """The URL, once our table is dropped there."""
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.drop_all)
    await engine.dispose()
    return url


@pytest.fixture(params=DATABASES)
async def url(request: pytest.FixtureRequest, sqlite_url: str) -> str:
    """A database without our table, of each kind."""
    return sqlite_url if request.param == "sqlite" else await emptied(MORE)


@pytest.fixture(params=["memory", *DATABASES])
async def store(request: pytest.FixtureRequest, sqlite_url: str) -> AsyncIterator[Store]:
    """An open, empty store of each kind."""
    made: Store = MemoryStore() if request.param == "memory" else SqlStore(sqlite_url)
    if request.param == "url":
        made = SqlStore(await emptied(MORE))
    async with made.opened():
        yield made


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a started app, which answers errors as a server would, and is stopped in the end."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://market.test") as client,
    ):
        yield client


@pytest.fixture
def serve() -> Serve:
    """`async with serve(app) as client`."""
    return served


async def at_once() -> None:
    """A gate that stands open."""


@dataclass
class GatedMarkets:
    """A repository that stops at a gate once it has read."""

    inner: MarketRepository
    after_read: Gate

    async def by_slug(self, slug: str) -> Market | None:
        found = await self.inner.by_slug(slug)
        await self.after_read()
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


@dataclass
class GatedUnit:
    """A unit of work that stops at gates: where the test wants two requests to meet."""

    inner: UnitOfWork
    after_read: Gate
    before_commit: Gate
    log: list[str]

    @property
    def markets(self) -> Any:
        return GatedMarkets(self.inner.markets, self.after_read)

    async def commit(self) -> None:
        await self.before_commit()
        await self.inner.commit()

    async def __aenter__(self) -> Self:
        self.log.append("entered")
        await self.inner.__aenter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        await self.inner.__aexit__(exc_type, exc, tb)
        self.log.append("left")


@dataclass
class GatedStore:
    """A real store whose units of work stop at gates, and write down when they are entered and left."""

    inner: Store
    after_read: Gate = at_once
    before_commit: Gate = at_once
    log: list[str] = field(default_factory=list)

    def unit(self) -> GatedUnit:
        return GatedUnit(self.inner.unit(), self.after_read, self.before_commit, self.log)

    def opened(self) -> AbstractAsyncContextManager[None]:
        return self.inner.opened()


@pytest.fixture
def gated() -> type[GatedStore]:
    """`gated(store, before_commit=…)`."""
    return GatedStore
