"""What was read once is known, so a dict spares the database the second look.

fails: test_a_get_shows_what_is_stored
says: another program has changed it since
feedback: Another process changes the market, and yours shows the old one until it is restarted. Ask in a unit
    of work each time; a cache needs an end, and somebody who has measured that it is needed.
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
    app = FastAPI()
    known: dict[str, MarketOut] = {}

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
        if slug not in known:
            async with new_unit() as unit:
                market = await unit.markets.by_slug(slug)
            if market is None:
                raise HTTPException(404, f"there is no market {slug!r}")
            known[slug] = MarketOut.model_validate(market)
        return known[slug]

    return app
