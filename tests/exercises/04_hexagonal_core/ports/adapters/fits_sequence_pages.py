"""A repository that promises of a page no more than that it is a Sequence

port: MarketRepository
"""

from collections.abc import Sequence

from answer import MarketRepository

from pypatterns.market.domain.market import Market


class FrozenMarkets:
    async def add(self, market: Market) -> None: ...

    async def by_slug(self, slug: str) -> Market | None:
        return None

    async def page(self, *, limit: int, offset: int) -> Sequence[Market]:
        return ()


def as_port() -> MarketRepository:
    return FrozenMarkets()
