"""A suite needs a store to run on, and the one in memory is fast.

fails: test_right_stores_pass, test_errors_come_at_once_or_at_the_commit, test_broken_transactions_are_noticed, test_broken_rules_are_noticed, test_broken_pages_are_noticed
says: none called new_store()
feedback: Your tests make their own store, so they say nothing about any other one. Take the fixture `new_store` as a
    parameter.
"""

import pytest

from pypatterns.given.stores import MemoryStore
from pypatterns.market.domain.errors import MarketNotFound, SlugTaken
from pypatterns.market.domain.lifecycle import MarketStatus
from pypatterns.market.domain.market import Market


def market(slug, *, id=None, status=MarketStatus.DRAFT):
    return Market(id or f"id-of-{slug}", "A market", slug, status)


async def add(store, *markets):
    async with store.unit() as unit:
        for each in markets:
            await unit.markets.add(each)
        await unit.commit()


async def update(store, changed):
    async with store.unit() as unit:
        await unit.markets.update(changed)
        await unit.commit()


async def stored(store, slug):
    async with store.unit() as unit:
        found = await unit.markets.by_slug(slug)
    return found and (found.id, found.name, found.slug, found.status)


async def test_a_committed_market_is_found():
    store = MemoryStore()
    await add(store, market("tea", status=MarketStatus.ACTIVE))
    assert await stored(store, "tea") == ("id-of-tea", "A market", "tea", MarketStatus.ACTIVE)


async def test_without_a_commit_nothing_is_kept():
    store = MemoryStore()
    async with store.unit() as unit:
        await unit.markets.add(market("tea"))
    assert await stored(store, "tea") is None


async def test_an_error_keeps_nothing():
    store = MemoryStore()
    try:
        async with store.unit() as unit:
            await unit.markets.add(market("tea"))
            raise RuntimeError("half-way")
    except RuntimeError:
        pass
    assert await stored(store, "tea") is None


async def test_others_see_nothing_before_the_commit():
    store = MemoryStore()
    async with store.unit() as unit:
        await unit.markets.add(market("tea"))
        assert await stored(store, "tea") is None


async def test_a_slug_is_given_once():
    store = MemoryStore()
    await add(store, market("tea"))
    with pytest.raises(SlugTaken):
        await add(store, market("tea", id="another"))


async def test_a_missing_market_is_not_updated():
    with pytest.raises(MarketNotFound):
        await update(MemoryStore(), market("tea"))


async def test_an_update_is_stored():
    store = MemoryStore()
    await add(store, market("tea"))
    await update(store, market("tea", status=MarketStatus.ACTIVE))
    assert await stored(store, "tea") == ("id-of-tea", "A market", "tea", MarketStatus.ACTIVE)


async def test_pages():
    store = MemoryStore()
    await add(store, market("tea"), market("amber"), market("salt"))
    async with store.unit() as unit:
        first = await unit.markets.page(limit=2, offset=0)
        second = await unit.markets.page(limit=2, offset=2)
    assert [each.slug for each in first] == ["amber", "salt"]
    assert [each.slug for each in second] == ["tea"]
