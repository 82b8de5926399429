"""One plain test that runs a whole story in event loops of its own."""

import asyncio

import pytest

from pypatterns.market.domain.errors import MarketNotFound, SlugTaken
from pypatterns.market.domain.lifecycle import MarketStatus
from pypatterns.market.domain.market import Market


def test_the_life_of_a_store(new_store):
    store = new_store()

    def in_a_unit(work, then="commit"):
        async def run():
            async with store.unit() as unit:
                value = await work(unit)
                if then == "raise":
                    raise ArithmeticError
                if then == "commit":
                    await unit.commit()
                return value

        return asyncio.run(run())

    def everything():
        page = in_a_unit(lambda unit: unit.markets.page(limit=99, offset=0), then="leave")
        return [f"{each.id} {each.slug} {each.status}" for each in page]

    def add(id, slug, status=MarketStatus.DRAFT):
        return lambda unit: unit.markets.add(Market(id, slug, slug, status))

    in_a_unit(add("1", "tea", MarketStatus.ACTIVE))
    in_a_unit(add("2", "salt"))
    assert everything() == ["2 salt DRAFT", "1 tea ACTIVE"]

    in_a_unit(add("3", "amber"), then="leave")
    with pytest.raises(ArithmeticError):
        in_a_unit(add("3", "amber"), then="raise")
    with pytest.raises(SlugTaken):
        in_a_unit(add("3", "tea"))
    with pytest.raises(MarketNotFound):
        in_a_unit(lambda unit: unit.markets.update(Market("3", "Amber", "amber")))
    assert everything() == ["2 salt DRAFT", "1 tea ACTIVE"]

    async def look_from_outside(unit):
        await unit.markets.update(Market("2", "Salt", "salt", MarketStatus.ACTIVE))
        async with store.unit() as other:
            return (await other.markets.by_slug("salt")).status

    assert in_a_unit(look_from_outside) is MarketStatus.DRAFT
    assert everything() == ["2 salt ACTIVE", "1 tea ACTIVE"]

    def page(limit, offset):
        found = in_a_unit(lambda unit: unit.markets.page(limit=limit, offset=offset), then="leave")
        return [each.slug for each in found]

    assert (page(1, 0), page(1, 1), page(1, 2)) == (["salt"], ["tea"], [])
