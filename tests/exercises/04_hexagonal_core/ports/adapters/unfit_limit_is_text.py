"""A repository whose page takes its limit as text

port: MarketRepository.page
"""

from answer import MarketRepository

from pypatterns.market.domain.market import Market


class TextualMarkets:
    async def add(self, market: Market) -> None: ...

    async def by_slug(self, slug: str) -> Market | None:
        return None

    async def page(self, *, limit: str, offset: int) -> list[Market]:
        return []


def as_port() -> MarketRepository:
    return TextualMarkets()
