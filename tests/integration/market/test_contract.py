"""What every store promises, the same tests for each: in memory, in SQLite, and in the database that
MARKET_TEST_DATABASE_URL names.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from pypatterns.market.bootstrap import Store
from pypatterns.market.domain.errors import DomainError, MarketNotFound, SlugTaken, StaleMarket
from pypatterns.market.domain.lifecycle import MarketStatus
from pypatterns.market.domain.market import Market
from pypatterns.market.domain.values import MOST, Money

pytestmark = pytest.mark.anyio


def market(slug: str = "tea", **changes: Any) -> Market:
    """A market whose id follows from its slug."""
    return replace(Market.create(id=f"m-{slug}", name=f"The {slug}", slug=slug), **changes)


async def put(store: Store, *markets: Market) -> None:
    """Add and commit."""
    async with store.unit() as unit:
        for one in markets:
            await unit.markets.add(one)
        await unit.commit()


async def find(store: Store, slug: str = "tea") -> Market | None:
    """Look from a unit of its own."""
    async with store.unit() as unit:
        return await unit.markets.by_slug(slug)


async def test_what_is_committed_is_there_for_others(store: Store) -> None:
    """Another unit reads each field as it was added."""
    added = market(
        name="Thé, 茶 & \U0001f375 'q\"uoted'; --",
        status=MarketStatus.SUSPENDED,
        tags=("leaf", "hot", "leaf"),
        tick=Money(MOST, "JPY"),
        version=MOST,
    )
    await put(store, added)

    found = await find(store)

    assert found is not None
    for field in fields(Market):
        was, comes_back = getattr(added, field.name), getattr(found, field.name)
        assert (comes_back, type(comes_back)) == (was, type(was)), field.name


async def test_what_is_not_committed_never_happened(store: Store) -> None:
    """Leaving without a commit discards additions and changes."""
    await put(store, market())

    async with store.unit() as unit:
        await unit.markets.add(market("coffee"))
        await unit.markets.update(market(name="Changed"))

    assert await find(store, "coffee") is None
    assert (await find(store) or market()).name == "The tea"


async def test_an_error_discards_and_comes_out(store: Store) -> None:
    """An error in the body leaves nothing stored, and is not swallowed."""

    async def fail() -> None:
        async with store.unit() as unit:
            await unit.markets.add(market())
            raise KeyError("tea")

    with pytest.raises(KeyError):
        await fail()

    assert await find(store) is None


async def test_uncommitted_work_is_seen_by_its_own_unit_alone(store: Store) -> None:
    """A unit reads what it wrote; others do not until it commits."""
    async with store.unit() as writer:
        await writer.markets.add(market())
        own = await writer.markets.by_slug("tea")
        others = await find(store)
        await writer.commit()

    assert own is not None
    assert others is None
    assert await find(store) is not None


async def test_a_unit_may_commit_twice(store: Store) -> None:
    """Each commit keeps what came before it, and leaving discards the rest."""
    async with store.unit() as unit:
        await unit.markets.add(market("a"))
        await unit.commit()
        await unit.markets.update(market("a", name="Second"))
        await unit.commit()
        await unit.markets.add(market("c"))

    assert (await find(store, "a") or market()).name == "Second"
    assert await find(store, "c") is None


async def test_a_slug_is_taken_once(store: Store) -> None:
    """Another market with a stored slug is refused, and the first one stays."""
    await put(store, market())

    with pytest.raises(SlugTaken) as refusal:
        await put(store, market(id="m-2", name="Second"))

    assert refusal.value.slug == "tea"
    assert (await find(store) or market()).id == "m-tea"


async def test_a_slug_is_taken_within_a_unit(store: Store) -> None:
    """Two of one slug in one unit are refused, and neither is stored."""
    with pytest.raises(SlugTaken):
        await put(store, market(), market(id="m-2"))

    assert await find(store) is None


async def test_a_change_cannot_take_a_slug(store: Store) -> None:
    """An update to a slug that another market has is refused as an addition would be."""
    await put(store, market("tea"), market("coffee"))

    async def rename() -> None:
        async with store.unit() as unit:
            await unit.markets.update(market("coffee", id="m-tea"))
            await unit.commit()

    with pytest.raises(SlugTaken):
        await rename()

    assert (await find(store) or market("x")).id == "m-tea"


async def test_an_id_that_is_used_twice_is_no_news_for_the_domain(store: Store) -> None:
    """It is a fault of the id generator: an error, but none of the domain's."""
    await put(store, market())

    with pytest.raises(Exception, match=r".") as failure:
        await put(store, market("coffee", id="m-tea"))

    assert not isinstance(failure.value, DomainError)
    assert await find(store, "coffee") is None


async def test_a_change_is_stored_at_the_next_version(store: Store) -> None:
    """update() returns what it stored: each field as given, and the version one up."""
    await put(store, market())
    wanted = market(
        id="m-tea",
        name="Tee",
        status=MarketStatus.ACTIVE,
        tags=("hot",),
        tick=Money(5, "USD"),
        slug="tee",
    )

    async with store.unit() as unit:
        stored = await unit.markets.update(wanted)
        own = await unit.markets.by_slug("tee")
        await unit.commit()

    found = await find(store, "tee")
    for field in fields(Market):
        expected = 2 if field.name == "version" else getattr(wanted, field.name)
        for seen in (stored, own, found):
            assert getattr(seen, field.name) == expected, field.name


async def test_a_market_that_is_not_stored_cannot_be_changed(store: Store) -> None:
    """An update of an unknown id is refused and adds nothing."""

    async def change() -> None:
        async with store.unit() as unit:
            await unit.markets.update(market())
            await unit.commit()

    with pytest.raises(MarketNotFound):
        await change()

    assert await find(store) is None


async def test_a_stale_market_cannot_be_stored(store: Store) -> None:
    """A change that rests on an older version is refused, and the newer one stays."""
    await put(store, market(version=3))

    async def change() -> None:
        async with store.unit() as unit:
            await unit.markets.update(market(name="Late", version=2))
            await unit.commit()

    with pytest.raises(StaleMarket) as refusal:
        await change()

    assert (refusal.value.slug, refusal.value.version) == ("tea", 2)
    assert (await find(store) or market()).name == "The tea"


async def test_of_two_units_that_read_one_version_one_wins(store: Store) -> None:
    """Both past their reads: the first to commit is stored, the other one is refused."""
    await put(store, market())

    async def second() -> None:
        async with store.unit() as late:
            seen = await late.markets.by_slug("tea")
            async with store.unit() as early:
                await early.markets.update(market(name="Early"))
                await early.commit()
            assert seen is not None
            await late.markets.update(replace(seen, name="Late"))
            await late.commit()

    with pytest.raises(StaleMarket):
        await second()

    found = await find(store)
    assert found is not None
    assert (found.name, found.version) == ("Early", 2)


async def test_of_two_units_that_add_one_slug_one_wins(store: Store) -> None:
    """Both have found it free: the first to commit is stored, the other one is refused."""

    async def second() -> None:
        async with store.unit() as late:
            assert await late.markets.by_slug("tea") is None
            await put(store, market(name="Early"))
            await late.markets.add(market(id="m-2", name="Late"))
            await late.commit()

    with pytest.raises(SlugTaken):
        await second()

    assert (await find(store) or market()).name == "Early"


async def test_a_page_is_in_the_order_of_slugs(store: Store) -> None:
    """By code points, whatever the database's locale: in Danish aa is a letter after z."""
    slugs = ["tea", "a1", "a-b", "ab", "a", "0", "zz", "a-1", "b", "aa"]
    await put(store, *(market(slug) for slug in slugs))

    async with store.unit() as unit:
        whole = await unit.markets.page(limit=99, offset=0)

    assert [one.slug for one in whole] == sorted(slugs)


@pytest.mark.parametrize(
    ("limit", "offset", "slugs"),
    [(2, 0, "ab"), (2, 1, "bc"), (3, 2, "cd"), (9, 0, "abcd"), (2, 4, ""), (0, 0, "")],
)
async def test_a_page_has_its_limits(store: Store, limit: int, offset: int, slugs: str) -> None:
    """At most `limit` after the first `offset`."""
    await put(store, *(market(slug) for slug in "dbca"))

    async with store.unit() as unit:
        page = await unit.markets.page(limit=limit, offset=offset)

    assert "".join(one.slug for one in page) == slugs


async def test_a_page_holds_whole_markets(store: Store) -> None:
    """Each with its status and version, not the slug alone."""
    await put(store, market(status=MarketStatus.CLOSED, version=4))

    async with store.unit() as unit:
        [found] = await unit.markets.page(limit=1, offset=0)

    assert (found.status, found.version, found.name) == (MarketStatus.CLOSED, 4, "The tea")


async def test_an_unknown_slug_gives_none(store: Store) -> None:
    """Looking is no error."""
    assert await find(store, "nowhere") is None


async def test_a_unit_can_be_used_again(store: Store) -> None:
    """Left once, it starts afresh, with nothing of the first time."""
    unit = store.unit()
    async with unit:
        await unit.markets.add(market("a"))

    async with unit:
        await unit.markets.add(market("b"))
        await unit.commit()

    assert await find(store, "a") is None
    assert await find(store, "b") is not None


async def test_an_open_unit_cannot_be_entered(store: Store) -> None:
    """Entering it again is refused, and the work in it is not lost."""
    unit = store.unit()
    async with unit:
        await unit.markets.add(market())
        with pytest.raises(RuntimeError, match="ask the factory for another"):
            await unit.__aenter__()
        await unit.commit()

    assert await find(store) is not None


async def test_a_unit_that_is_not_open_does_nothing(store: Store) -> None:
    """Before it is entered there is no transaction to work in."""
    with pytest.raises(RuntimeError, match="is not open"):
        await store.unit().commit()
    with pytest.raises(RuntimeError, match="is not open"):
        store.unit().markets  # noqa: B018 - looking is what is refused


async def test_two_units_are_independent(store: Store) -> None:
    """One that fails or is left does not touch the other."""
    async with store.unit() as one:
        await one.markets.add(market("a"))
        async with store.unit() as other:
            assert await other.markets.page(limit=9, offset=0) == []
        await one.commit()

    assert await find(store, "a") is not None


async def test_a_store_can_be_opened_again(store: Store) -> None:
    """What was committed is still there after a stop and a start."""
    await put(store, market())

    async with store.opened():
        again = await find(store)

    assert again == market()
