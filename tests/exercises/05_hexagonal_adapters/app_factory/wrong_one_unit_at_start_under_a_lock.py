"""The unit is opened when the service starts, and a lock sees to it that one request at a time uses it.

fails: test_a_get_shows_what_is_stored, test_units_are_open_at_the_same_time, test_units_are_entered_by_requests_and_left
may_fail: test_one_slug_is_created_once, test_a_failed_commit_is_no_success, test_creates_at_once_are_all_stored (how long a unit can be used after an error or a commit is the store's affair)
seen_in: Lock
feedback: With the lock your service does one thing at a time, and the unit that is opened at the start is
    still open at the end: after an error it is good for nothing. Enter a new unit in each request; then no lock is needed.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, ConfigDict

from pypatterns.market.application.ports import UnitOfWork
from pypatterns.market.domain.errors import InvalidMarket, SlugTaken
from pypatterns.market.domain.lifecycle import MarketStatus
from pypatterns.market.domain.market import Market


class MarketIn(BaseModel):
    name: str
    slug: str


class MarketOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    slug: str
    status: MarketStatus


def create_app(new_unit: Callable[[], UnitOfWork], new_id: Callable[[], str]) -> FastAPI:
    unit = new_unit()
    lock = asyncio.Lock()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with unit:
            yield

    app = FastAPI(lifespan=lifespan)

    @app.post("/markets", status_code=201)
    async def create_market(body: MarketIn) -> MarketOut:
        try:
            market = Market.create(id=new_id(), name=body.name, slug=body.slug)
            async with lock:
                await unit.markets.add(market)
                await unit.commit()
        except InvalidMarket as error:
            raise HTTPException(422, str(error)) from error
        except SlugTaken as error:
            raise HTTPException(409, str(error)) from error
        return MarketOut.model_validate(market)

    @app.get("/markets/{slug}")
    async def get_market(slug: str) -> MarketOut:
        async with lock:
            market = await unit.markets.by_slug(slug)
        if market is None:
            raise HTTPException(404, f"there is no market {slug!r}")
        return MarketOut.model_validate(market)

    return app
