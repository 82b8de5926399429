"""A repository without page

port: MarketRepository.page
"""

from answer import MarketRepository

from pypatterns.market.domain.market import Market


class HalfMarkets:
    async def add(self, market: Market) -> None: ...

    async def by_slug(self, slug: str) -> Market | None:
        return None


def as_port() -> MarketRepository:
    return HalfMarkets()
