"""The use cases that the ports are for: they know no adapter."""

from datetime import datetime

from answer import Clock, UnitOfWorkFactory

from pypatterns.market.domain.errors import SlugTaken
from pypatterns.market.domain.market import Market


class OpenMarket:
    def __init__(self, new_unit: UnitOfWorkFactory, clock: Clock) -> None:
        self._new_unit = new_unit
        self._clock = clock

    async def __call__(self, market: Market) -> datetime:
        async with self._new_unit() as unit:
            found = await unit.markets.by_slug(market.slug)
            if found is not None:
                raise SlugTaken(found.slug)
            await unit.markets.add(market)
            await unit.commit()
        return self._clock.now()


class FindMarket:
    def __init__(self, new_unit: UnitOfWorkFactory) -> None:
        self._new_unit = new_unit

    async def __call__(self, slug: str) -> Market | None:
        async with self._new_unit() as unit:
            return await unit.markets.by_slug(slug)


class ListMarkets:
    def __init__(self, new_unit: UnitOfWorkFactory) -> None:
        self._new_unit = new_unit

    async def __call__(self, *, limit: int) -> tuple[list[str], str | None]:
        """The names on the first page, and the slug after which the next one begins."""
        async with self._new_unit() as unit:
            page = await unit.markets.page(limit=limit, offset=0)
        return [market.name for market in page], page[-1].slug if len(page) == limit else None
