"""The router stands at module level and knows no store: each request finds its own app's in app.state."""

from collections.abc import Callable

from fastapi import APIRouter, FastAPI, HTTPException, Request
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


@router.post("", status_code=201)
async def create_market(body: MarketIn, request: Request) -> MarketOut:
    state = request.app.state
    async with state.new_unit() as unit:
        try:
            market = Market.create(id=state.new_id(), name=body.name, slug=body.slug)
            await unit.markets.add(market)
            await unit.commit()
        except (InvalidMarket, SlugTaken) as error:
            status = 409 if isinstance(error, SlugTaken) else 422
            raise HTTPException(status, str(error)) from error
    return MarketOut.model_validate(market)


@router.get("/{slug}")
async def get_market(slug: str, request: Request) -> MarketOut:
    async with request.app.state.new_unit() as unit:
        market = await unit.markets.by_slug(slug)
    if market is None:
        raise HTTPException(404)
    return MarketOut.model_validate(market)


def create_app(new_unit: Callable[[], UnitOfWork], new_id: Callable[[], str]) -> FastAPI:
    app = FastAPI()
    app.state.new_unit = new_unit
    app.state.new_id = new_id
    app.include_router(router)
    return app
