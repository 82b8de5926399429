"""The service over HTTP."""

### BEGIN SOLUTION
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel

from market.application import Markets, find_market, list_markets, open_market
from market.domain import InvalidName, MarketNotFound, Refused, SlugTaken

STATUS = {InvalidName: 422, SlugTaken: 409, MarketNotFound: 404}
### END SOLUTION
### BEGIN STARTER
# from fastapi import APIRouter
# from pydantic import BaseModel
#
# from market.adapters.sql import SqlMarkets
# from market.application import find_market, list_markets, open_market
# from market.utils import as_json
### END STARTER


class NewMarket(BaseModel):
    """What a client sends."""

    name: str


### BEGIN SOLUTION
@contextmanager
def told_by_status() -> Iterator[None]:
    """Answer a refusal with its status."""
    try:
        yield
    except Refused as refused:
        raise HTTPException(STATUS[type(refused)], str(refused)) from None


def routes(markets: Markets) -> APIRouter:
    """The routes to these markets."""
    router = APIRouter(prefix="/markets")

    @router.post("", status_code=201)
    async def open_one(new: NewMarket) -> dict[str, str]:
        with told_by_status():
            return asdict(open_market(markets, new.name))

    @router.get("/{slug}")
    async def find_one(slug: str) -> dict[str, str]:
        with told_by_status():
            return asdict(find_market(markets, slug))

    @router.get("")
    async def list_all() -> list[dict[str, str]]:
        return [asdict(market) for market in list_markets(markets)]

    return router


### END SOLUTION
### BEGIN STARTER
# def routes(url: str) -> APIRouter:
#     """The routes to the markets of the database at this URL."""
#     router = APIRouter(prefix="/markets")
#     markets = SqlMarkets(url)
#
#     @router.post("", status_code=201)
#     async def open_one(new: NewMarket) -> object:
#         return as_json(open_market(markets, new.name))
#
#     @router.get("/{slug}")
#     async def find_one(slug: str) -> object:
#         return as_json(find_market(markets, slug))
#
#     @router.get("")
#     async def list_all() -> object:
#         return as_json(list_markets(markets))
#
#     return router
### END STARTER
