"""A repository whose methods are plain functions: whoever awaits them gets a TypeError

port: MarketRepository.add
"""

from answer import MarketRepository

from pypatterns.market.domain.market import Market


class SyncMarkets:
    def add(self, market: Market) -> None: ...

    def by_slug(self, slug: str) -> Market | None:
        return None

    def page(self, *, limit: int, offset: int) -> list[Market]:
        return []


def as_port() -> MarketRepository:
    return SyncMarkets()
