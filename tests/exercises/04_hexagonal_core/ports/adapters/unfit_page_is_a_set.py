"""A repository whose page is a set: it has no order, so no last market

port: MarketRepository.page
"""

from answer import MarketRepository

from pypatterns.market.domain.market import Market


class UnorderedMarkets:
    async def add(self, market: Market) -> None: ...

    async def by_slug(self, slug: str) -> Market | None:
        return None

    async def page(self, *, limit: int, offset: int) -> set[Market]:
        return set()


def as_port() -> MarketRepository:
    return UnorderedMarkets()
