"""The use cases: each opens one unit of work, does one thing, and commits it.

>>> create = CreateMarket(store.unit, new_id)
>>> await create(name="Tea futures", slug="tea-futures")

Each is a small callable object: its fields are the ports that it needs, its call is what the outside may ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pypatterns.market.application.ports import Announcer, Clock, IdGenerator, UnitOfWorkFactory
from pypatterns.market.domain.errors import MarketNotFound
from pypatterns.market.domain.lifecycle import MarketStatus
from pypatterns.market.domain.market import ONE_CENT, Market
from pypatterns.market.domain.values import Money


@dataclass(frozen=True, slots=True)
class CreateMarket:
    """Make a draft. Raises `InvalidMarket`, `SlugTaken`."""

    new_unit: UnitOfWorkFactory
    new_id: IdGenerator

    async def __call__(
        self, *, name: str, slug: str, tags: Iterable[str] = (), tick: Money = ONE_CENT
    ) -> Market:
        market = Market.create(id=self.new_id(), name=name, slug=slug, tags=tags, tick=tick)
        async with self.new_unit() as unit:
            await unit.markets.add(market)
            await unit.commit()
        return market


@dataclass(frozen=True, slots=True)
class ChangeStatus:
    """Publish, suspend or close: move a market to `wanted`, then announce it.

    Raises `MarketNotFound`, `TransitionRefused`; `StaleMarket` when somebody else was faster.
    """

    new_unit: UnitOfWorkFactory
    clock: Clock
    announce: Announcer
    wanted: MarketStatus

    async def __call__(self, slug: str) -> Market:
        async with self.new_unit() as unit:
            market = await unit.markets.by_slug(slug)
            if market is None:
                raise MarketNotFound(slug)
            changed, events = market.change(self.wanted, at=self.clock.now()).pull_events()
            stored = await unit.markets.update(changed)
            await unit.commit()
        for event in events:  # not before: a commit that fails has nothing to tell
            self.announce(event)
        return stored


@dataclass(frozen=True, slots=True)
class GetMarket:
    """Find one by its slug. Raises `MarketNotFound`."""

    new_unit: UnitOfWorkFactory

    async def __call__(self, slug: str) -> Market:
        async with self.new_unit() as unit:
            market = await unit.markets.by_slug(slug)
        if market is None:
            raise MarketNotFound(slug)
        return market


@dataclass(frozen=True, slots=True)
class Page:
    """Some markets in the order of their slugs, and whether there are more."""

    markets: Sequence[Market]
    more: bool


@dataclass(frozen=True, slots=True)
class PageThrough:
    """List `limit` markets after the first `offset`."""

    new_unit: UnitOfWorkFactory

    async def __call__(self, *, limit: int, offset: int = 0) -> Page:
        one_too_many = limit + 1  # if it is there, there are more
        async with self.new_unit() as unit:
            found = await unit.markets.page(limit=one_too_many, offset=offset)
        return Page(found[:limit], len(found) > limit)


@dataclass(frozen=True, slots=True)
class UseCases:
    """All that the service can do: what an inbound adapter is given."""

    create: CreateMarket
    publish: ChangeStatus
    suspend: ChangeStatus
    close: ChangeStatus
    get: GetMarket
    page: PageThrough
