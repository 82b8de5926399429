"""A repository whose page returns Rows of its own

port: MarketRepository.page
"""

from answer import MarketRepository

from pypatterns.market.domain.market import Market


class Row:
    slug: str


class RowLister:
    async def add(self, market: Market) -> None: ...

    async def by_slug(self, slug: str) -> Market | None:
        return None

    async def page(self, *, limit: int, offset: int) -> list[Row]:
        return []


def as_port() -> MarketRepository:
    return RowLister()
