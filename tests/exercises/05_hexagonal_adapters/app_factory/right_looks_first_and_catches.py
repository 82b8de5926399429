"""Looks first, in a unit of its own, for a friendly answer, and still reckons with SlugTaken; a dependency opens the unit and the endpoint commits."""

from collections.abc import AsyncIterator, Callable
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
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
    async def opened() -> AsyncIterator[UnitOfWork]:
        async with new_unit() as unit:
            yield unit

    unit_of_work = Annotated[UnitOfWork, Depends(opened)]

    async def free_slug(body: MarketIn) -> MarketIn:
        async with new_unit() as unit:
            if await unit.markets.by_slug(body.slug) is not None:
                raise HTTPException(409, "the slug is taken; what about another one?")
        return body

    app = FastAPI()

    @app.post("/markets", status_code=201, response_model=MarketOut)
    async def create_market(
        body: Annotated[MarketIn, Depends(free_slug)], unit: unit_of_work
    ) -> Market:
        try:
            market = Market.create(id=new_id(), name=body.name, slug=body.slug)
        except InvalidMarket as error:
            raise HTTPException(422, error.rule) from error
        try:
            await unit.markets.add(market)
            await unit.commit()
        except SlugTaken as error:
            raise HTTPException(409, "somebody was faster") from error
        return market

    @app.get("/markets/{slug}", response_model=MarketOut)
    async def get_market(slug: str, unit: unit_of_work) -> Market:
        market = await unit.markets.by_slug(slug)
        if market is None:
            raise HTTPException(404)
        return market

    return app
