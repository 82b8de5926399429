"""A process serves one app, so the module may hold what its routes need.

fails: test_two_apps_are_independent
says: the first one's store held []
feedback: The second create_app overwrites what the first one's routes use: both apps write to the second
    store. Tests make many apps in one process. Keep it in the closure, or in app.state.
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
made: dict[str, Callable[[], str]] = {}
opened: dict[str, Callable[[], UnitOfWork]] = {}


@router.post("", status_code=201)
async def create_market(body: MarketIn) -> MarketOut:
    try:
        market = Market.create(id=made["id"](), name=body.name, slug=body.slug)
        async with opened["unit"]() as unit:
            await unit.markets.add(market)
            await unit.commit()
    except InvalidMarket as error:
        raise HTTPException(422, str(error)) from error
    except SlugTaken as error:
        raise HTTPException(409, str(error)) from error
    return MarketOut.model_validate(market)


@router.get("/{slug}")
async def get_market(slug: str) -> MarketOut:
    async with opened["unit"]() as unit:
        market = await unit.markets.by_slug(slug)
    if market is None:
        raise HTTPException(404, f"there is no market {slug!r}")
    return MarketOut.model_validate(market)


def create_app(new_unit: Callable[[], UnitOfWork], new_id: Callable[[], str]) -> FastAPI:
    made["id"], opened["unit"] = new_id, new_unit
    app = FastAPI()
    app.include_router(router)
    return app
