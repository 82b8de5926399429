"""Requests that write must not run at once, so a lock goes round each unit of work.

fails: test_units_are_open_at_the_same_time
says: a POST was sent and then a POST
seen_in: Lock
feedback: The database already keeps two transactions apart, also those of two processes, which your lock
    cannot. All it does is to make every request wait for the slowest. Take it away.
"""

import asyncio
from collections.abc import Callable

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
    app = FastAPI()
    lock = asyncio.Lock()

    @app.post("/markets", status_code=201)
    async def create_market(body: MarketIn) -> MarketOut:
        try:
            market = Market.create(id=new_id(), name=body.name, slug=body.slug)
            async with lock, new_unit() as unit:
                await unit.markets.add(market)
                await unit.commit()
        except InvalidMarket as error:
            raise HTTPException(422, str(error)) from error
        except SlugTaken as error:
            raise HTTPException(409, str(error)) from error
        return MarketOut.model_validate(market)

    @app.get("/markets/{slug}")
    async def get_market(slug: str) -> MarketOut:
        async with new_unit() as unit:
            market = await unit.markets.by_slug(slug)
        if market is None:
            raise HTTPException(404, f"there is no market {slug!r}")
        return MarketOut.model_validate(market)

    return app
