"""A repository whose by_slug takes an int

port: MarketRepository.by_slug
"""

from answer import MarketRepository

from pypatterns.market.domain.market import Market


class NumberedMarkets:
    async def add(self, market: Market) -> None: ...

    async def by_slug(self, slug: int) -> Market | None:
        return None

    async def page(self, *, limit: int, offset: int) -> list[Market]:
        return []


def as_port() -> MarketRepository:
    return NumberedMarkets()
