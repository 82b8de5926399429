"""What the service does: open a market, find one, list all."""

from collections.abc import Callable

from market.domain import Market, MarketNotFound


def open_market(add: Callable[[Market], None], name: str) -> Market:
    """Open a market of this name."""
    market = Market.named(name)
    add(market)
    return market


def find_market(by_slug: Callable[[str], Market | None], slug: str) -> Market:
    """Find the market with this slug."""
    found = by_slug(slug)
    if found is None:
        raise MarketNotFound(f"there is no market {slug!r}")
    return found
