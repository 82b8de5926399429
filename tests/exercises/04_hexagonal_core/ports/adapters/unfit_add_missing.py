"""A repository to read from, without add

port: MarketRepository.add
"""

from answer import MarketRepository

from pypatterns.market.domain.market import Market


class ReadOnlyMarkets:
    async def by_slug(self, slug: str) -> Market | None:
        return None

    async def page(self, *, limit: int, offset: int) -> list[Market]:
        return []


def as_port() -> MarketRepository:
    return ReadOnlyMarkets()
