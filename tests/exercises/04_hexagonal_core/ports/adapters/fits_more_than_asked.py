"""A repository with further parameters that have a default, and further methods

port: MarketRepository
"""

from answer import MarketRepository

from pypatterns.market.domain.market import Market


class SearchableMarkets:
    def __init__(self) -> None:
        self._markets: list[Market] = []

    async def add(self, market: Market, *, replace: bool = False) -> None:
        self._markets.append(market)

    async def by_slug(self, slug: str | None, *, lock: bool = False) -> Market | None:
        return next((each for each in self._markets if each.slug == slug), None)

    async def page(
        self, *, limit: int | None = None, offset: int = 0, word: str | None = None
    ) -> list[Market]:
        found = [each for each in self._markets if word is None or word in each.name]
        return found[offset : None if limit is None else offset + limit]

    async def count(self) -> int:
        return len(self._markets)


def as_port() -> MarketRepository:
    return SearchableMarkets()
