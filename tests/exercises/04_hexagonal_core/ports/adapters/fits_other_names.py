"""A repository whose positional parameters have other names

port: MarketRepository
"""

from answer import MarketRepository

from pypatterns.market.domain.market import Market


class RemoteMarkets:
    async def add(self, new: Market) -> None:
        raise ConnectionError(new.slug)

    async def by_slug(self, key: str) -> Market | None:
        raise ConnectionError(key)

    async def page(self, *, limit: int, offset: int) -> list[Market]:
        raise ConnectionError(limit, offset)


def as_port() -> MarketRepository:
    return RemoteMarkets()
