"""A router is a module's table of routes, so it stands at module level; the factory adds its routes to it.

fails: test_two_apps_are_independent, test_operation_ids_are_unique
seen_in: APIRouter
feedback: The second app adds its routes behind those of the first one, on the same router, and the first
    match wins: it answers from the other app's store. Make the router inside the function, once per app.
"""

from collections.abc import Callable

from fastapi import APIRouter, FastAPI, HTTPException
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


router = APIRouter(prefix="/markets")


def create_app(new_unit: Callable[[], UnitOfWork], new_id: Callable[[], str]) -> FastAPI:
    @router.post("", status_code=201)
    async def create_market(body: MarketIn) -> MarketOut:
        try:
            market = Market.create(id=new_id(), name=body.name, slug=body.slug)
            async with new_unit() as unit:
                await unit.markets.add(market)
                await unit.commit()
        except InvalidMarket as error:
            raise HTTPException(422, str(error)) from error
        except SlugTaken as error:
            raise HTTPException(409, str(error)) from error
        return MarketOut.model_validate(market)

    @router.get("/{slug}")
    async def get_market(slug: str) -> MarketOut:
        async with new_unit() as unit:
            market = await unit.markets.by_slug(slug)
        if market is None:
            raise HTTPException(404, f"there is no market {slug!r}")
        return MarketOut.model_validate(market)

    app = FastAPI()
    app.include_router(router)
    return app
