"""add and commit succeed or raise SlugTaken, so a unit that is left in both cases is always left.

fails: test_units_are_entered_by_requests_and_left
says: when a POST whose commit raised RuntimeError was answered
seen_in: except, SlugTaken
feedback: A commit can also fail as everything can: the disk is full, the connection is gone. Then your unit
    stays open, with its connection, until none is left. Write async with, which leaves however it ends.
"""

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

    @app.post("/markets", status_code=201)
    async def create_market(body: MarketIn) -> MarketOut:
        try:
            market = Market.create(id=new_id(), name=body.name, slug=body.slug)
        except InvalidMarket as error:
            raise HTTPException(422, str(error)) from error
        unit = await new_unit().__aenter__()
        try:
            await unit.markets.add(market)
            await unit.commit()
        except SlugTaken as error:
            await unit.__aexit__(type(error), error, error.__traceback__)
            raise HTTPException(409, str(error)) from error
        await unit.__aexit__(None, None, None)
        return MarketOut.model_validate(market)

    @app.get("/markets/{slug}")
    async def get_market(slug: str) -> MarketOut:
        async with new_unit() as unit:
            market = await unit.markets.by_slug(slug)
        if market is None:
            raise HTTPException(404, f"there is no market {slug!r}")
        return MarketOut.model_validate(market)

    return app
