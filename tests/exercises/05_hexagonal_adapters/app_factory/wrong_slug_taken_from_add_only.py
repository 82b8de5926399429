"""add raises SlugTaken, so the try goes round add.

fails: test_one_slug_is_created_once
says: all were added before the first one was committed
seen_in: except, SlugTaken
feedback: The port says: here or in the unit's commit. A store that learns of the other one's slug only when
    it writes raises from commit, and that is a 500 of yours. Put add and commit into one try.
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
        async with new_unit() as unit:
            try:
                await unit.markets.add(market)
            except SlugTaken as error:
                raise HTTPException(409, str(error)) from error
            await unit.commit()
        return MarketOut.model_validate(market)

    @app.get("/markets/{slug}")
    async def get_market(slug: str) -> MarketOut:
        async with new_unit() as unit:
            market = await unit.markets.by_slug(slug)
        if market is None:
            raise HTTPException(404, f"there is no market {slug!r}")
        return MarketOut.model_validate(market)

    return app
