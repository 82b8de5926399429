"""A repository whose add gives the market back that it has stored, which nobody will read

port: MarketRepository.add
"""

from answer import MarketRepository

from pypatterns.market.domain.market import Market


class EchoMarkets:
    async def add(self, market: Market) -> Market:
        return market

    async def by_slug(self, slug: str) -> Market | None:
        return None

    async def page(self, *, limit: int, offset: int) -> list[Market]:
        return []


def as_port() -> MarketRepository:
    return EchoMarkets()
