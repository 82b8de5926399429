"""If a market cannot be stored, its slug is taken.

fails: test_a_failed_commit_is_no_success
seen_in: except
feedback: A full disk is no conflict: the sender chooses another slug, and another one. Catch SlugTaken, which
    has that one meaning, and leave the rest alone: it becomes a 500, and a line in your log.
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
            async with new_unit() as unit:
                await unit.markets.add(market)
                await unit.commit()
        except InvalidMarket as error:
            raise HTTPException(422, str(error)) from error
        except Exception as error:
            raise HTTPException(409, "the slug is taken") from error
        return MarketOut.model_validate(market)

    @app.get("/markets/{slug}")
    async def get_market(slug: str) -> MarketOut:
        async with new_unit() as unit:
            market = await unit.markets.by_slug(slug)
        if market is None:
            raise HTTPException(404, f"there is no market {slug!r}")
        return MarketOut.model_validate(market)

    return app
