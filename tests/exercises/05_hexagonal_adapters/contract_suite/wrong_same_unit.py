"""After commit() the unit can be asked what was stored.

fails: test_broken_transactions_are_noticed, test_broken_rules_are_noticed
says: survivor: a store that commits nothing at all
feedback: The unit that committed answers from its own memory: SQLAlchemy's session hands back the object that you added. Look from
    another unit, which knows only what was stored.
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
    async with new_store().unit() as unit:
        await unit.markets.add(market("tea", status=MarketStatus.ACTIVE))
        await unit.commit()
        found = await unit.markets.by_slug("tea")
        assert (found.slug, found.status) == ("tea", MarketStatus.ACTIVE)


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
    async with new_store().unit() as unit:
        await unit.markets.add(market("tea"))
        with pytest.raises(SlugTaken):
            await unit.markets.add(market("tea", id="another"))
            await unit.commit()


async def test_a_missing_market_is_not_updated(new_store):
    with pytest.raises(MarketNotFound):
        await update(new_store(), market("tea"))


async def test_an_update_is_stored(new_store):
    async with new_store().unit() as unit:
        await unit.markets.add(market("tea"))
        await unit.commit()
        await unit.markets.update(market("tea", status=MarketStatus.ACTIVE))
        await unit.commit()
        assert (await unit.markets.by_slug("tea")).status is MarketStatus.ACTIVE


async def test_pages(new_store):
    async with new_store().unit() as unit:
        for slug in ("tea", "amber", "salt"):
            await unit.markets.add(market(slug))
        await unit.commit()
        assert [each.slug for each in await unit.markets.page(limit=2, offset=0)] == [
            "amber",
            "salt",
        ]
        assert [each.slug for each in await unit.markets.page(limit=2, offset=2)] == ["tea"]
