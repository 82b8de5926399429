"""The service over HTTP."""

from dataclasses import asdict

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from market.application import Markets, find_market, list_markets, open_market
from market.domain import InvalidName, MarketNotFound, Refused, SlugTaken

STATUS = {InvalidName: 422, SlugTaken: 409, MarketNotFound: 404}


class NewMarket(BaseModel):
    """What a client sends."""

    name: str


async def told_by_status(request: Request, refused: Refused) -> JSONResponse:
    """Answer a refusal with its status."""
    return JSONResponse({"detail": str(refused)}, STATUS[type(refused)])


def routes(markets: Markets) -> APIRouter:
    """The routes to these markets."""
    router = APIRouter(prefix="/markets")

    @router.post("", status_code=201)
    async def open_one(new: NewMarket) -> dict[str, str]:
        return asdict(open_market(markets, new.name))

    @router.get("/{slug}")
    async def find_one(slug: str) -> dict[str, str]:
        return asdict(find_market(markets, slug))

    @router.get("")
    async def list_all() -> list[dict[str, str]]:
        return [asdict(market) for market in list_markets(markets)]

    return router
