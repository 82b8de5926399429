"""A repository that fits, for units that need one."""

from pypatterns.market.domain.market import Market


class RowMarkets:
    def __init__(self) -> None:
        self.rows: list[Market] = []

    async def add(self, market: Market) -> None:
        self.rows.append(market)

    async def by_slug(self, slug: str) -> Market | None:
        return next((each for each in self.rows if each.slug == slug), None)

    async def page(self, *, limit: int, offset: int) -> list[Market]:
        return self.rows[offset : offset + limit]
