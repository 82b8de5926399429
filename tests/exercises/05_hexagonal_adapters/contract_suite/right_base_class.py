"""A class of cases with helpers as methods, one class below it for each half of the contract."""

import pytest

from pypatterns.market.domain.errors import MarketNotFound, SlugTaken
from pypatterns.market.domain.lifecycle import MarketStatus
from pypatterns.market.domain.market import Market


class Contract:
    @pytest.fixture(autouse=True)
    def _store(self, new_store):
        self.store = new_store()

    def market(self, slug, status=MarketStatus.DRAFT, id=None):
        return Market(id or slug, slug.title(), slug, status)

    async def do(self, *steps, commit=True):
        async with self.store.unit() as unit:
            for name, market in steps:
                await getattr(unit.markets, name)(market)
            if commit:
                await unit.commit()

    async def page(self, limit=100, offset=0):
        async with self.store.unit() as unit:
            found = await unit.markets.page(limit=limit, offset=offset)
        return [(each.slug, each.status.value) for each in found]


class TestTransactions(Contract):
    async def test_commit(self):
        await self.do(("add", self.market("tea", MarketStatus.SUSPENDED)))
        assert await self.page() == [("tea", "SUSPENDED")]

    async def test_no_commit(self):
        await self.do(("add", self.market("tea")), commit=False)
        assert await self.page() == []

    async def test_error(self):
        await self.do(("add", self.market("tea")))
        with pytest.raises(AttributeError):
            await self.do(
                ("update", self.market("tea", MarketStatus.CLOSED)), ("no_such_step", None)
            )
        assert await self.page() == [("tea", "DRAFT")]

    async def test_isolation(self):
        async with self.store.unit() as unit:
            await unit.markets.add(self.market("tea"))
            assert await self.page() == []
            await unit.commit()
        assert await self.page() == [("tea", "DRAFT")]


class TestMarkets(Contract):
    async def test_duplicate_in_two_units(self):
        await self.do(("add", self.market("tea")))
        with pytest.raises(SlugTaken):
            await self.do(("add", self.market("tea", id="2")))

    async def test_duplicate_in_one_unit(self):
        with pytest.raises(SlugTaken) as taken:
            await self.do(("add", self.market("tea")), ("add", self.market("tea", id="2")))
        assert taken.value.slug == "tea"

    async def test_update(self):
        await self.do(("add", self.market("tea")))
        await self.do(("update", self.market("tea", MarketStatus.CLOSED)))
        assert await self.page() == [("tea", "CLOSED")]

    async def test_missing(self):
        with pytest.raises(MarketNotFound):
            await self.do(("update", self.market("tea")))
        assert await self.page() == []

    @pytest.mark.parametrize("offset", range(5))
    @pytest.mark.parametrize("limit", range(1, 5))
    async def test_pages(self, limit, offset):
        slugs = ["d", "b", "a", "c"]
        await self.do(*(("add", self.market(slug)) for slug in slugs))
        expected = [(slug, "DRAFT") for slug in sorted(slugs)]
        assert await self.page(limit, offset) == expected[offset : offset + limit]
