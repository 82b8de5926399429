"""The id of an operation is its resource, which makes short names in generated clients.

fails: test_operation_ids_are_unique
says: is that of POST /markets and of GET /markets/{slug}
seen_in: operation_id or generate_unique_id_function
feedback: An operationId names one operation in the whole document (OpenAPI 3.1, Operation Object). Your two
    routes have the same one, and a generated client has one function for both. Let each route's own name be in it.
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
    app = FastAPI(generate_unique_id_function=lambda route: route.path.split("/")[1])

    @app.post("/markets", status_code=201)
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

    @app.get("/markets/{slug}")
    async def get_market(slug: str) -> MarketOut:
        async with new_unit() as unit:
            market = await unit.markets.by_slug(slug)
        if market is None:
            raise HTTPException(404, f"there is no market {slug!r}")
        return MarketOut.model_validate(market)

    return app
