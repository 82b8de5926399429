"""A repository whose by_slug returns a Row of its own

port: MarketRepository.by_slug
"""

from answer import MarketRepository

from pypatterns.market.domain.market import Market


class Row:
    slug: str


class RowFinder:
    async def add(self, market: Market) -> None: ...

    async def by_slug(self, slug: str) -> Row | None:
        return None

    async def page(self, *, limit: int, offset: int) -> list[Market]:
        return []


def as_port() -> MarketRepository:
    return RowFinder()
