"""The service over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel

from market.application import find_market, open_market
from market.domain import InvalidName, MarketNotFound, Refused, SlugTaken

STATUS = {InvalidName: 422, SlugTaken: 409, MarketNotFound: 404}


class NewMarket(BaseModel):
    """What a client sends."""

    name: str


@contextmanager
def told_by_status() -> Iterator[None]:
    """Answer a refusal with its status."""
    try:
        yield
    except Refused as refused:
        raise HTTPException(STATUS[type(refused)], str(refused)) from None


def routes(add, by_slug, all_markets) -> APIRouter:
    """The routes to these markets."""
    router = APIRouter(prefix="/markets")

    @router.post("", status_code=201)
    async def open_one(new: NewMarket) -> dict[str, str]:
        with told_by_status():
            return asdict(open_market(add, new.name))

    @router.get("/{slug}")
    async def find_one(slug: str) -> dict[str, str]:
        with told_by_status():
            return asdict(find_market(by_slug, slug))

    @router.get("")
    async def list_all() -> list[dict[str, str]]:
        return [asdict(market) for market in all_markets()]

    return router
