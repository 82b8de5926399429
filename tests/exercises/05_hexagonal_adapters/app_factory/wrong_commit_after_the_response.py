"""A dependency that commits behind its yield commits each request in one place.

fails: test_one_slug_is_created_once, test_a_failed_commit_is_no_success
seen_in: yield
feedback: FastAPI runs what stands behind the yield after it has sent the response: the 201 is on its way
    when commit fails. Commit in the endpoint, or give the dependency scope="function".
"""

from collections.abc import AsyncIterator, Callable
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request
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


def create_app(new_unit: Callable[[], UnitOfWork], new_id: Callable[[], str]) -> FastAPI:
    app = FastAPI()

    async def committed() -> AsyncIterator[UnitOfWork]:
        async with new_unit() as unit:
            yield unit
            await unit.commit()

    InUnit = Annotated[UnitOfWork, Depends(committed)]

    @app.exception_handler(SlugTaken)
    async def on_taken(_: Request, error: SlugTaken) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, 409)

    @app.post("/markets", status_code=201)
    async def create_market(body: MarketIn, unit: InUnit) -> MarketOut:
        try:
            market = Market.create(id=new_id(), name=body.name, slug=body.slug)
        except InvalidMarket as error:
            raise HTTPException(422, str(error)) from error
        await unit.markets.add(market)
        return MarketOut.model_validate(market)

    @app.get("/markets/{slug}")
    async def get_market(slug: str, unit: InUnit) -> MarketOut:
        if (market := await unit.markets.by_slug(slug)) is None:
            raise HTTPException(404)
        return MarketOut.model_validate(market)

    return app
