"""A unittest.IsolatedAsyncioTestCase, with subtests, whose set-up gets the fixture."""

import unittest

import pytest

from pypatterns.market.domain.errors import MarketNotFound, SlugTaken
from pypatterns.market.domain.lifecycle import MarketStatus
from pypatterns.market.domain.market import Market


class StoreCase(unittest.IsolatedAsyncioTestCase):
    @pytest.fixture(autouse=True)
    def _take(self, new_store):
        self.new_store = new_store

    def setUp(self):
        self.store = self.new_store()

    async def put(self, *markets, verb="add"):
        async with self.store.unit() as unit:
            for market in markets:
                await getattr(unit.markets, verb)(market)
            await unit.commit()

    async def status_of(self, slug):
        async with self.store.unit() as unit:
            market = await unit.markets.by_slug(slug)
        return market.status if market else None

    async def test_committed_work_stays(self):
        await self.put(Market("1", "Tea", "tea"), Market("2", "Salt", "salt"))
        await self.put(Market("1", "Tea", "tea", MarketStatus.ACTIVE), verb="update")
        self.assertEqual(await self.status_of("tea"), MarketStatus.ACTIVE)
        self.assertEqual(await self.status_of("salt"), MarketStatus.DRAFT)

    async def test_all_else_goes(self):
        async with self.store.unit() as unit:
            await unit.markets.add(Market("1", "Tea", "tea"))
            self.assertIsNone(await self.status_of("tea"))
        self.assertIsNone(await self.status_of("tea"))
        with self.assertRaisesRegex(OSError, "gone"):
            async with self.store.unit() as unit:
                await unit.markets.add(Market("1", "Tea", "tea"))
                raise OSError("gone")
        self.assertIsNone(await self.status_of("tea"))

    async def test_refusals(self):
        await self.put(Market("1", "Tea", "tea"))
        with self.assertRaises(SlugTaken):
            await self.put(Market("2", "Tea again", "tea"))
        with self.assertRaises(MarketNotFound):
            await self.put(Market("3", "Salt", "salt"), verb="update")

    async def test_pages(self):
        await self.put(*(Market(slug, slug, slug) for slug in ("b", "c", "a")))
        for limit, offset, expected in ((1, 0, "a"), (1, 1, "b"), (2, 1, "bc"), (5, 2, "c")):
            with self.subTest(limit=limit, offset=offset):
                async with self.store.unit() as unit:
                    page = await unit.markets.page(limit=limit, offset=offset)
                self.assertEqual("".join(market.slug for market in page), expected)
