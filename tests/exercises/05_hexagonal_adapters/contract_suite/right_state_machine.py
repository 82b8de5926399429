"""A state machine of hypothesis, run on a new store each time, against a dict as its model."""

import asyncio

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from pypatterns.market.domain.errors import MarketNotFound, SlugTaken
from pypatterns.market.domain.lifecycle import MarketStatus
from pypatterns.market.domain.market import Market

SLUGS = ["amber", "salt", "silk", "tea"]
slugs, statuses = st.sampled_from(SLUGS), st.sampled_from(MarketStatus)


class Halfway(Exception):
    pass


async def in_a_unit(store, step, *markets, end="commit", look=None):
    async with store.unit() as unit:
        for market in markets:
            await getattr(unit.markets, step)(market)
        if look:
            await look()
        if end == "fail":
            raise Halfway
        if end == "commit":
            await unit.commit()


async def error_of(work):
    try:
        await work
    except (Halfway, MarketNotFound, SlugTaken) as error:
        return type(error)


def test_a_store_is_like_a_dict(new_store):
    class Store(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.store, self.model = new_store(), {}

        @initialize(order=st.permutations(SLUGS))
        def stock(self, order):
            markets = [Market(f"id-of-{slug}", "A market", slug) for slug in order]
            asyncio.run(in_a_unit(self.store, "add", *markets))
            self.model = {market.slug: market for market in markets}

        @rule(slug=slugs, status=statuses, end=st.sampled_from(["commit", "leave", "fail"]))
        def update(self, slug, status, end):
            changed = Market(f"id-of-{slug}", "A market", slug, status)
            work = in_a_unit(self.store, "update", changed, end=end, look=self.compare)
            assert asyncio.run(error_of(work)) is (Halfway if end == "fail" else None)
            if end == "commit":
                self.model[slug] = changed
            asyncio.run(self.compare())

        @rule(slug=slugs)
        def add_again(self, slug):
            work = in_a_unit(self.store, "add", Market("another", "A market", slug))
            assert asyncio.run(error_of(work)) is SlugTaken

        @rule(slug=slugs)
        def update_missing(self, slug):
            work = in_a_unit(self.store, "update", Market("nobody", "A market", slug))
            assert asyncio.run(error_of(work)) is MarketNotFound

        @rule(limit=st.integers(1, 5), offset=st.integers(0, 5))
        def turn_pages(self, limit, offset):
            asyncio.run(self.compare(limit, offset))

        async def compare(self, limit=9, offset=0):
            async with self.store.unit() as unit:
                page = await unit.markets.page(limit=limit, offset=offset)
            expected = [self.model[slug] for slug in sorted(self.model)][offset : offset + limit]
            assert [market.to_json() for market in page] == [each.to_json() for each in expected]

    run_state_machine_as_test(Store, settings=settings(max_examples=20))
