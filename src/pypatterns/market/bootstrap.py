"""The composition root: the one module that knows all parts, and puts them together.

>>> app = create_app(MemoryStore())

Everything is made inside the call, so two apps of one process share nothing but what both are given.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final, Protocol

from fastapi import FastAPI

from pypatterns.market.adapters.inbound.http import create_api
from pypatterns.market.adapters.outbound.memory import MemoryStore
from pypatterns.market.adapters.outbound.sql import SqlStore
from pypatterns.market.adapters.outbound.system import SystemClock, log_event, new_uuid
from pypatterns.market.application.ports import Announcer, Clock, IdGenerator, UnitOfWork
from pypatterns.market.application.use_cases import (
    ChangeStatus,
    CreateMarket,
    GetMarket,
    PageThrough,
    UseCases,
)
from pypatterns.market.domain.lifecycle import MarketStatus

DATABASE_URL: Final = "sqlite+aiosqlite:///market.db"
IN_MEMORY: Final = "memory:"


class Store(Protocol):
    """Where markets are kept: open while the service runs."""

    def unit(self) -> UnitOfWork: ...

    def opened(self) -> AbstractAsyncContextManager[None]: ...


def create_app(
    store: Store,
    *,
    origins: Sequence[str] = (),
    clock: Clock | None = None,
    new_id: IdGenerator = new_uuid,
    announce: Announcer = log_event,
) -> FastAPI:
    """Make the service on a store. Whoever tests or embeds it brings another clock, ids or announcer."""

    def change(wanted: MarketStatus) -> ChangeStatus:
        return ChangeStatus(store.unit, clock or SystemClock(), announce, wanted)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with store.opened():
            yield

    cases = UseCases(
        create=CreateMarket(store.unit, new_id),
        publish=change(MarketStatus.ACTIVE),
        suspend=change(MarketStatus.SUSPENDED),
        close=change(MarketStatus.CLOSED),
        get=GetMarket(store.unit),
        page=PageThrough(store.unit),
    )
    return create_api(cases, lifespan=lifespan, origins=origins)


def from_environment(environment: Mapping[str, str]) -> FastAPI:
    """Make the service that the environment asks for.

    MARKET_DATABASE_URL: any SQLAlchemy URL with an async driver, or `memory:`; market.db in this folder unless set.
    MARKET_ORIGINS: the web pages that may call the service, with commas between them; none unless set.
    """
    url = environment.get("MARKET_DATABASE_URL") or DATABASE_URL
    origins = environment.get("MARKET_ORIGINS", "").replace(" ", "").split(",")
    store = MemoryStore() if url == IN_MEMORY else SqlStore(url)
    return create_app(store, origins=list(filter(None, origins)))
