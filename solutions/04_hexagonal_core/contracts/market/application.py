"""What the service does: open a market, find one, list all."""

### BEGIN SOLUTION
from typing import Protocol

from market.domain import Market, MarketNotFound


class Markets(Protocol):
    """Where markets are kept."""

    def add(self, market: Market) -> None:
        """Keep a new one; raises `SlugTaken`."""

    def by_slug(self, slug: str) -> Market | None:
        """Find the one with this slug."""

    def all(self) -> list[Market]:
        """All of them, by slug."""


def open_market(markets: Markets, name: str) -> Market:
    """Open a market of this name."""
    market = Market.named(name)
    markets.add(market)
    return market


def find_market(markets: Markets, slug: str) -> Market:
    """Find the market with this slug."""
    found = markets.by_slug(slug)
    if found is None:
        raise MarketNotFound(f"there is no market {slug!r}")
    return found


def list_markets(markets: Markets) -> list[Market]:
    """List all markets by slug."""
    return markets.all()


### END SOLUTION
### BEGIN STARTER
# from fastapi import HTTPException
# from sqlalchemy.exc import IntegrityError
#
# from market.adapters.sql import SqlMarkets
# from market.domain import Market
#
# NAME_LENGTH = 40  # characters
#
#
# def open_market(markets: SqlMarkets, name: str) -> Market:
#     """Open a market of this name."""
#     market = Market.named(name)
#     try:
#         markets.add(market)
#     except IntegrityError:
#         raise HTTPException(409, f"the slug {market.slug!r} is taken") from None
#     return market
#
#
# def find_market(markets: SqlMarkets, slug: str) -> Market:
#     """Find the market with this slug."""
#     found = markets.by_slug(slug)
#     if found is None:
#         raise HTTPException(404, f"there is no market {slug!r}")
#     return found
#
#
# def list_markets(markets: SqlMarkets) -> list[Market]:
#     """List all markets by slug."""
#     return markets.all()
### END STARTER
