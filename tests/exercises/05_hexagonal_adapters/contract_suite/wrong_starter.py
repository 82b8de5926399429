"""A unit sees what it has done, so one unit a test is enough.

fails: test_broken_transactions_are_noticed, test_broken_rules_are_noticed, test_broken_pages_are_noticed
says: killed 0 of 4
feedback: All of your tests look from inside the unit that did the work, and what it sees there nobody has stored yet. Commit in
    one unit, leave it, and look from another one.
"""

import pytest

from pypatterns.market.domain.errors import MarketNotFound, SlugTaken
from pypatterns.market.domain.lifecycle import MarketStatus
from pypatterns.market.domain.market import Market


def market(slug, *, id=None, status=MarketStatus.DRAFT):
    """A market; its id is made of its slug unless told."""
    return Market(id or f"id-of-{slug}", "A market", slug, status)


async def add(unit, *markets):
    for each in markets:
        await unit.markets.add(each)
    await unit.commit()


async def test_a_market_is_found(new_store):
    async with new_store().unit() as unit:
        await add(unit, market("tea"))
        assert await unit.markets.by_slug("tea") == market("tea")


async def test_a_slug_is_given_once(new_store):
    async with new_store().unit() as unit:
        with pytest.raises(Exception):
            await add(unit, market("Green tea"), market("Green tea", id="another"))


async def test_a_market_can_be_updated(new_store):
    async with new_store().unit() as unit:
        await add(unit, market("tea"))
        await unit.markets.update(market("tea", status=MarketStatus.ACTIVE))
        assert await unit.markets.by_slug("tea") == market("tea", status=MarketStatus.ACTIVE)


async def test_markets_are_listed(new_store):
    async with new_store().unit() as unit:
        await add(unit, market("amber"), market("salt"), market("tea"))
        assert len(await unit.markets.page(limit=10, offset=0)) == 3
