"""Use cases that own the transaction, a router made by a function, and the domain's errors told by exception handlers."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from pypatterns.market.application.ports import UnitOfWork
from pypatterns.market.domain.errors import InvalidMarket, MarketNotFound, SlugTaken
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


@dataclass(frozen=True, slots=True)
class CreateMarket:
    new_unit: Callable[[], UnitOfWork]
    new_id: Callable[[], str]

    async def __call__(self, name: str, slug: str) -> Market:
        market = Market.create(id=self.new_id(), name=name, slug=slug)
        async with self.new_unit() as unit:
            await unit.markets.add(market)
            await unit.commit()
        return market


@dataclass(frozen=True, slots=True)
class GetMarket:
    new_unit: Callable[[], UnitOfWork]

    async def __call__(self, slug: str) -> Market:
        async with self.new_unit() as unit:
            market = await unit.markets.by_slug(slug)
        if market is None:
            raise MarketNotFound(slug)
        return market


def markets_router(create: CreateMarket, get: GetMarket) -> APIRouter:
    router = APIRouter(prefix="/markets")

    @router.post("", status_code=201)
    async def create_market(body: MarketIn) -> MarketOut:
        return MarketOut.model_validate(await create(body.name, body.slug))

    @router.get("/{slug}")
    async def get_market(slug: str) -> MarketOut:
        return MarketOut.model_validate(await get(slug))

    return router


STATUSES = {InvalidMarket: 422, SlugTaken: 409, MarketNotFound: 404}


def create_app(new_unit: Callable[[], UnitOfWork], new_id: Callable[[], str]) -> FastAPI:
    async def refuse(_: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, STATUSES[type(error)])

    app = FastAPI(exception_handlers=dict.fromkeys(STATUSES, refuse))
    app.include_router(markets_router(CreateMarket(new_unit, new_id), GetMarket(new_unit)))
    return app
