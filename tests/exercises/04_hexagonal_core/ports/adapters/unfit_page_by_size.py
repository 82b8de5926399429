"""A repository whose page takes size where limit is asked for

port: MarketRepository.page
"""

from answer import MarketRepository

from pypatterns.market.domain.market import Market


class SizedMarkets:
    async def add(self, market: Market) -> None: ...

    async def by_slug(self, slug: str) -> Market | None:
        return None

    async def page(self, *, size: int, offset: int) -> list[Market]:
        return []


def as_port() -> MarketRepository:
    return SizedMarkets()
