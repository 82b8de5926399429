"""One session, opened when the service starts, is enough: requests come one after the other.

fails: test_a_get_shows_what_is_stored, test_two_apps_are_independent, test_creates_at_once_are_all_stored, test_one_slug_is_created_once, test_units_are_open_at_the_same_time, test_units_are_entered_by_requests_and_left, test_a_failed_commit_is_no_success, test_operation_ids_are_unique
feedback: It is the code that you were given. Begin with the unit: make it and leave it inside the endpoint.
    Then move the router into create_app, and reckon with SlugTaken from add and from commit.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
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
    """Make the service: POST /markets and GET /markets/{slug}, on units of work that new_unit makes."""
    unit = new_unit()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with unit:
            yield

    @router.post("", status_code=201)
    async def create_market(body: MarketIn) -> MarketOut:
        try:
            market = Market.create(id=new_id(), name=body.name, slug=body.slug)
        except InvalidMarket as error:
            raise HTTPException(422, str(error)) from error
        if await unit.markets.by_slug(market.slug) is not None:
            raise HTTPException(409, "the slug is taken")
        await unit.markets.add(market)
        await unit.commit()
        return MarketOut.model_validate(market)

    @router.get("/{slug}")
    async def get_market(slug: str) -> MarketOut:
        market = await unit.markets.by_slug(slug)
        if market is None:
            raise HTTPException(404, f"there is no market {slug!r}")
        return MarketOut.model_validate(market)

    app = FastAPI(lifespan=lifespan)
    app.include_router(router)
    return app
