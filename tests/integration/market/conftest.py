"""Stores, apps and clients for the market's tests: real files, real transactions, and the app's own lifespan."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
)
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

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

VARIABLE = "MARKET_DATABASE_URL"  # names one more database that the contract is tested on; its tables are dropped
KINDS = ["memory", "sqlite", *(["url"] if os.environ.get(VARIABLE) else [])]
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


async def emptied(url: str) -> SqlStore:
    """A store on a database without our tables."""
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.drop_all)
    await engine.dispose()
    return SqlStore(url)


@pytest.fixture(params=KINDS)
async def store(request: pytest.FixtureRequest, sqlite_url: str) -> AsyncIterator[Store]:
    """An open, empty store of each kind."""
    made: Store = MemoryStore() if request.param == "memory" else SqlStore(sqlite_url)
    if request.param == "url":
        made = await emptied(os.environ[VARIABLE])
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

    @property
    def markets(self) -> Any:
        return GatedMarkets(self.inner.markets, self.after_read)

    async def commit(self) -> None:
        await self.before_commit()
        await self.inner.commit()

    async def __aenter__(self) -> Self:
        await self.inner.__aenter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        await self.inner.__aexit__(exc_type, exc, tb)


@dataclass
class GatedStore:
    """A real store whose units of work stop at gates."""

    inner: Store
    after_read: Gate = at_once
    before_commit: Gate = at_once

    def unit(self) -> GatedUnit:
        return GatedUnit(self.inner.unit(), self.after_read, self.before_commit)

    def opened(self) -> AbstractAsyncContextManager[None]:
        return self.inner.opened()


@pytest.fixture
def gated() -> type[GatedStore]:
    """`gated(store, before_commit=…)`."""
    return GatedStore


class Server:
    """`python -m pypatterns.market` in a process of its own."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("MARKET_")
        }
        self.file = folder / f"server-{uuid4().hex}.log"
        with self.file.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "pypatterns.market", "--port", "0"],
                cwd=folder,
                env=environment | settings,
                stdout=log,
                stderr=log,
            )
        self.port = int(self.wait_for(r"running on http://127\.0\.0\.1:(\d+)"))
        self.url = f"http://127.0.0.1:{self.port}"

    def log(self) -> str:
        """What it has said so far."""
        return self.file.read_text()

    def wait_for(self, pattern: str) -> str:
        """Wait until the log has it; a process that ended without it is an error."""
        for _ in range(1200):  # 60 s, to end a hang
            if found := re.search(pattern, self.log()):
                return found.group(found.lastindex or 0)
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"{pattern!r} never came:\n{self.log()}")

    def stop(self) -> None:
        """End it as an operator would, or with force after a while."""
        self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[Server]:
    """A server that is stopped in the end."""
    server = Server(folder, settings)
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def servers(tmp_path: Path) -> Callable[..., AbstractContextManager[Server]]:
    """`with servers(MARKET_…=…) as server`."""
    return partial(running, tmp_path)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests that do not mind each other's markets: a start takes a second."""
    with running(tmp_path_factory.mktemp("server")) as made:
        yield made
