"""Whoever adds a taken slug is told so by add.

fails: test_errors_come_at_once_or_at_the_commit
says: every error at the commit
seen_in: raises or assertRaises
feedback: An adapter that stages until the commit keeps the contract as well: SQLAlchemy's session does so unless it is made to
    flush. Put add and commit into one `raises`.
"""

import pytest

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


async def test_a_committed_market_is_found(new_store):
    store = new_store()
    await add(store, market("tea", status=MarketStatus.ACTIVE))
    assert await stored(store, "tea") == ("id-of-tea", "A market", "tea", MarketStatus.ACTIVE)


async def test_without_a_commit_nothing_is_kept(new_store):
    store = new_store()
    async with store.unit() as unit:
        await unit.markets.add(market("tea"))
    assert await stored(store, "tea") is None


async def test_an_error_keeps_nothing(new_store):
    store = new_store()
    try:
        async with store.unit() as unit:
            await unit.markets.add(market("tea"))
            raise RuntimeError("half-way")
    except RuntimeError:
        pass
    assert await stored(store, "tea") is None


async def test_others_see_nothing_before_the_commit(new_store):
    store = new_store()
    async with store.unit() as unit:
        await unit.markets.add(market("tea"))
        assert await stored(store, "tea") is None


async def test_a_slug_is_given_once(new_store):
    store = new_store()
    await add(store, market("tea"))
    async with store.unit() as unit:
        with pytest.raises(SlugTaken):
            await unit.markets.add(market("tea", id="another"))


async def test_a_missing_market_is_not_updated(new_store):
    with pytest.raises(MarketNotFound):
        await update(new_store(), market("tea"))


async def test_an_update_is_stored(new_store):
    store = new_store()
    await add(store, market("tea"))
    await update(store, market("tea", status=MarketStatus.ACTIVE))
    assert await stored(store, "tea") == ("id-of-tea", "A market", "tea", MarketStatus.ACTIVE)


async def test_pages(new_store):
    store = new_store()
    await add(store, market("tea"), market("amber"), market("salt"))
    async with store.unit() as unit:
        first = await unit.markets.page(limit=2, offset=0)
        second = await unit.markets.page(limit=2, offset=2)
    assert [each.slug for each in first] == ["amber", "salt"]
    assert [each.slug for each in second] == ["tea"]
