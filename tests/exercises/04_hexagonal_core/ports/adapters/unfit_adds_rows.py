"""A repository whose add takes a Row of its own

port: MarketRepository.add
"""

from answer import MarketRepository

from pypatterns.market.domain.market import Market


class Row:
    slug: str


class RowAdder:
    async def add(self, market: Row) -> None: ...

    async def by_slug(self, slug: str) -> Market | None:
        return None

    async def page(self, *, limit: int, offset: int) -> list[Market]:
        return []


def as_port() -> MarketRepository:
    return RowAdder()
