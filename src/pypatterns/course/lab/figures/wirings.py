"""Three ways to wire one small API to a database: two that pass every test which sends one request, and the one that holds.

>>> app = a_unit_for_each_request(sessions)

Lesson 05 shows them, and `hammer` sends many requests at each. They differ in who makes a session, when, and who commits.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import uuid4

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from pypatterns.market.adapters.outbound.sql.markets import SqlMarkets
from pypatterns.market.adapters.outbound.sql.unit import SqlUnitOfWork
from pypatterns.market.domain.errors import SlugTaken
from pypatterns.market.domain.market import Market

Sessions = async_sessionmaker[AsyncSession]


def one_session(sessions: Sessions) -> FastAPI:
    """Before: the session is made with the app, and nobody commits."""
    markets = SqlMarkets(sessions())
    return api(markets.add)


def one_session_and_commits(sessions: Sessions) -> FastAPI:
    """Before, mended half: each request commits what is in the session that all of them share."""
    session = sessions()
    markets = SqlMarkets(session)

    async def create(market: Market) -> None:
        await markets.add(market)
        await session.commit()

    return api(create)


def a_unit_for_each_request(sessions: Sessions) -> FastAPI:
    """What holds: each request opens a unit of work, and commits it or leaves nothing."""

    async def create(market: Market) -> None:
        async with SqlUnitOfWork(sessions) as unit:
            await unit.markets.add(market)
            await unit.commit()

    return api(create)


class MarketIn(BaseModel):
    """What a request sends."""

    name: str
    slug: str


def api(create: Callable[[Market], Awaitable[None]]) -> FastAPI:
    """POST /markets, the same for all wirings: 201, or 409 where the slug is taken."""
    app = FastAPI()

    @app.post("/markets", status_code=201)
    async def create_market(body: MarketIn) -> MarketIn:
        try:
            await create(Market.create(id=uuid4().hex, name=body.name, slug=body.slug))
        except SlugTaken as error:
            raise HTTPException(409, str(error)) from error
        return body

    return app
