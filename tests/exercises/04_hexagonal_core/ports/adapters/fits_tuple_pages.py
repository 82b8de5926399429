"""A repository over a dict, whose pages are tuples

port: MarketRepository
"""

from answer import MarketRepository

from pypatterns.market.domain.market import Market


class DictMarkets:
    def __init__(self) -> None:
        self._by_slug: dict[str, Market] = {}

    async def add(self, market: Market) -> None:
        self._by_slug[market.slug] = market

    async def by_slug(self, slug: str) -> Market | None:
        return self._by_slug.get(slug)

    async def page(self, *, limit: int, offset: int) -> tuple[Market, ...]:
        return tuple(self._by_slug.values())[offset : offset + limit]


def as_port() -> MarketRepository:
    return DictMarkets()
