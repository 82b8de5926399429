"""What the service does: open a market, find one, list all."""

from fastapi import HTTPException
from sqlalchemy.exc import IntegrityError

from market.adapters.sql import SqlMarkets
from market.domain import Market

NAME_LENGTH = 40  # characters


def open_market(markets: SqlMarkets, name: str) -> Market:
    """Open a market of this name."""
    market = Market.named(name)
    try:
        markets.add(market)
    except IntegrityError:
        raise HTTPException(409, f"the slug {market.slug!r} is taken") from None
    return market


def find_market(markets: SqlMarkets, slug: str) -> Market:
    """Find the market with this slug."""
    found = markets.by_slug(slug)
    if found is None:
        raise HTTPException(404, f"there is no market {slug!r}")
    return found


def list_markets(markets: SqlMarkets) -> list[Market]:
    """List all markets by slug."""
    return markets.all()
