"""The service over HTTP."""

from fastapi import APIRouter
from pydantic import BaseModel

from market.adapters.sql import SqlMarkets
from market.application import find_market, list_markets, open_market
from market.utils import as_json


class NewMarket(BaseModel):
    """What a client sends."""

    name: str


def routes(url: str) -> APIRouter:
    """The routes to the markets of the database at this URL."""
    router = APIRouter(prefix="/markets")
    markets = SqlMarkets(url)

    @router.post("", status_code=201)
    async def open_one(new: NewMarket) -> object:
        return as_json(open_market(markets, new.name))

    @router.get("/{slug}")
    async def find_one(slug: str) -> object:
        return as_json(find_market(markets, slug))

    @router.get("")
    async def list_all() -> object:
        return as_json(list_markets(markets))

    return router
