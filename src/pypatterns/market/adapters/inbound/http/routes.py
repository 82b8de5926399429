"""The routes: each translates, calls one use case, and translates back.

>>> app.include_router(markets_router(cases))

The router is made inside the function. A router at module level would be one for all apps of the process, and the second
app would answer with the first one's markets.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, HTTPException, Path, Query, Request, Response

from pypatterns.market.adapters.inbound.http.json_body import StrictRoute
from pypatterns.market.adapters.inbound.http.schemas import MarketIn, MarketOut, PageOut, SlugText
from pypatterns.market.application.use_cases import ChangeStatus, UseCases
from pypatterns.market.domain.market import Market
from pypatterns.market.domain.values import Money

SlugInPath = Annotated[SlugText, Path()]
ETAG: Final[dict[str, Any]] = {"ETag": {"schema": {"type": "string"}}}
LOCATION: Final[dict[str, Any]] = {"Location": {"schema": {"type": "string"}}}
MOVED: Final[dict[int | str, dict[str, Any]]] = {200: {"headers": ETAG}, 404: {}, 409: {}}


def markets_router(cases: UseCases) -> APIRouter:
    """Make the routes on these use cases. What each adds to `responses` is completed by openapi.py."""
    router = APIRouter(prefix="/markets", tags=["markets"], route_class=StrictRoute)

    @router.post("", status_code=201, responses={201: {"headers": ETAG | LOCATION}, 409: {}})
    async def create_market(body: MarketIn, request: Request, response: Response) -> MarketOut:
        """Make a draft."""
        tick = Money(body.tick.amount, body.tick.currency)
        market = await cases.create(name=body.name, slug=body.slug, tags=body.tags, tick=tick)
        # the path alone: the host of a request is whatever its sender wrote
        response.headers["Location"] = request.url_for("get_market", slug=market.slug).path
        return show(market, response)

    @router.get("")
    async def page_through_markets(
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
        offset: Annotated[int, Query(ge=0, le=1_000_000_000)] = 0,
    ) -> PageOut:
        """List markets in the order of their slugs."""
        page = await cases.page(limit=limit, offset=offset)
        onward = f"?limit={limit}&offset={offset + limit}" if page.more else None
        shown = [MarketOut.model_validate(market) for market in page.markets]
        return PageOut(items=shown, next=onward)

    @router.get("/{slug}", responses={200: {"headers": ETAG}, 304: {"headers": ETAG}, 404: {}})
    async def get_market(
        slug: SlugInPath, response: Response, if_none_match: Annotated[str, Header()] = ""
    ) -> MarketOut:
        """Show one market, or say that the sender's copy is still good."""
        market = await cases.get(slug)
        if is_named(etag(market), if_none_match):
            raise HTTPException(304, headers={"ETag": etag(market)})
        return show(market, response)

    moves = {"publish": cases.publish, "suspend": cases.suspend, "close": cases.close}
    for verb, change in moves.items():
        route = router.post(f"/{{slug}}/{verb}", name=f"{verb}_market", responses=MOVED)
        route(move(change))
    return router


def move(change: ChangeStatus) -> Callable[..., Awaitable[MarketOut]]:
    """Make the endpoint of one change of status."""

    async def endpoint(slug: SlugInPath, response: Response) -> MarketOut:
        return show(await change(slug), response)

    return endpoint


def show(market: Market, response: Response) -> MarketOut:
    """Show a market, and name its version in the response's header."""
    response.headers["ETag"] = etag(market)
    return MarketOut.model_validate(market)


def etag(market: Market) -> str:
    """Name this version of a market (RFC 9110, section 8.8.3)."""
    return f'"{market.id}.{market.version}"'


def is_named(tag: str, listed: str) -> bool:
    """Say whether an If-None-Match has the tag; the comparison is the weak one (RFC 9110, section 13.1.2)."""
    named = [one.strip().removeprefix("W/") for one in listed.split(",")]
    return tag in named or named == ["*"]
