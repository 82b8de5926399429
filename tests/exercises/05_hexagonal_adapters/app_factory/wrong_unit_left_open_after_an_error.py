"""A dependency opens the unit before its yield and closes it behind it.

fails: test_units_are_entered_by_requests_and_left
says: when a POST of a taken slug was answered
seen_in: yield
feedback: FastAPI throws the endpoint's exception into the dependency at its yield, and nothing behind the
    yield runs. The unit stays open, with its connection. Write async with, or try and finally.
"""

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
    app = FastAPI()

    async def opened() -> AsyncIterator[UnitOfWork]:
        unit = await new_unit().__aenter__()
        yield unit
        await unit.__aexit__(None, None, None)

    Opened = Annotated[UnitOfWork, Depends(opened)]

    @app.post("/markets", status_code=201)
    async def create_market(body: MarketIn, unit: Opened) -> MarketOut:
        try:
            market = Market.create(id=new_id(), name=body.name, slug=body.slug)
            await unit.markets.add(market)
            await unit.commit()
        except InvalidMarket as error:
            raise HTTPException(422, str(error)) from error
        except SlugTaken as error:
            raise HTTPException(409, str(error)) from error
        return MarketOut.model_validate(market)

    @app.get("/markets/{slug}")
    async def get_market(slug: str, unit: Opened) -> MarketOut:
        market = await unit.markets.by_slug(slug)
        if market is None:
            raise HTTPException(404)
        return MarketOut.model_validate(market)

    return app
