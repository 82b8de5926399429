"""Whoever has looked and seen no such slug can add it.

fails: test_one_slug_is_created_once
says: two apps, whose units
seen_in: by_slug
feedback: Between the look and the commit another request can add the same slug; with twenty at once it
    does. The look may stay, for a friendly message, but only the database decides: catch SlugTaken as well.
"""

from collections.abc import Callable

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, ConfigDict

from pypatterns.market.application.ports import UnitOfWork
from pypatterns.market.domain.errors import InvalidMarket
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
            if await unit.markets.by_slug(market.slug) is not None:
                raise HTTPException(409, "the slug is taken")
            await unit.markets.add(market)
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
