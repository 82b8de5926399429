"""Both adapters keep the contract, and what the contract leaves open they do alike."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pypatterns.given.stores import MemoryStore, SqliteStore, Store, UnitOfWork
from pypatterns.market.domain.errors import MarketNotFound, SlugTaken
from pypatterns.market.domain.lifecycle import MarketStatus
from pypatterns.market.domain.market import Market
from pypatterns.market.domain.values import Slug


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """A new store of each kind."""
    made: dict[str, Callable[[], Store]] = {
        "memory": MemoryStore,
        "sqlite": lambda: SqliteStore(tmp_path / "markets.db"),
    }
    return made[request.param]()


def market(slug: str, id: str = "", status: MarketStatus = MarketStatus.DRAFT) -> Market:
    """A market; its id is its slug unless told."""
    return Market(id or slug, "A market", Slug(slug), status)


async def put(store: Store, *markets: Market) -> None:
    """Add and commit."""
    async with store.unit() as unit:
        for each in markets:
            await unit.markets.add(each)
        await unit.commit()


async def texts(unit: UnitOfWork) -> list[str]:
    """All that a unit sees."""
    return [each.to_json() for each in await unit.markets.page(limit=9, offset=0)]


def stored(store: Store) -> list[str]:
    """All that a new unit sees, in an event loop of its own."""

    async def look() -> list[str]:
        async with store.unit() as unit:
            return await texts(unit)

    return asyncio.run(look())


def test_what_is_committed_is_seen_in_any_event_loop(store: Store) -> None:
    """Every field of it, but no pending events."""
    tea = market("tea").change(MarketStatus.ACTIVE, at=datetime(2026, 1, 1, tzinfo=UTC))
    tea = replace(tea, tags=(Slug("green"),), version=3)
    asyncio.run(put(store, tea))

    async def found() -> Market | None:
        async with store.unit() as unit:
            return await unit.markets.by_slug("tea")

    again = asyncio.run(found())
    assert again is not None
    assert again.to_json() == tea.to_json()
    assert again.events == ()


def test_a_unit_sees_its_own_work_and_nobody_else_does(store: Store) -> None:
    """Before the commit it is the unit's own; after it, everybody's."""

    async def work() -> None:
        async with store.unit() as unit, store.unit() as other:
            await unit.markets.add(market("tea"))
            await unit.markets.update(market("tea", status=MarketStatus.ACTIVE))
            assert await texts(unit) == [market("tea", status=MarketStatus.ACTIVE).to_json()]
            assert await texts(other) == []
            await unit.commit()
            assert len(await texts(other)) == 1

    asyncio.run(work())


@pytest.mark.parametrize("error", [None, OSError("half-way")], ids=["left", "error"])
def test_what_is_not_committed_is_gone(store: Store, error: Exception | None) -> None:
    """However the unit is left; the error comes out."""

    async def work() -> None:
        async with store.unit() as unit:
            await unit.markets.add(market("tea"))
            if error:
                raise error

    if error:
        with pytest.raises(OSError, match="half-way"):
            asyncio.run(work())
    else:
        asyncio.run(work())
    assert stored(store) == []


def test_refusals(store: Store) -> None:
    """A taken slug, by add or by update, and a missing market."""
    asyncio.run(put(store, market("tea"), market("salt")))

    async def update(changed: Market) -> None:
        async with store.unit() as unit:
            await unit.markets.update(changed)
            await unit.commit()

    with pytest.raises(SlugTaken, match="tea"):
        asyncio.run(put(store, market("tea", id="another")))
    with pytest.raises(SlugTaken, match="tea"):
        asyncio.run(update(market("tea", id="salt")))
    with pytest.raises(MarketNotFound, match="silk"):
        asyncio.run(update(market("silk")))
    assert stored(store) == [market("salt").to_json(), market("tea").to_json()]


def test_a_slug_that_was_taken_meanwhile_is_refused() -> None:
    """In memory nothing is locked: the commit looks once more."""
    store = MemoryStore()

    async def work() -> None:
        async with store.unit() as unit:
            await unit.markets.add(market("tea"))
            await put(store, market("tea", id="another"))
            await unit.commit()

    with pytest.raises(SlugTaken):
        asyncio.run(work())


def test_an_id_is_used_once() -> None:
    """Who makes ids makes them unique: this is a mistake, and no refusal of the domain."""
    with pytest.raises(ValueError, match="the id 'tea' is in use"):
        asyncio.run(put(MemoryStore(), market("tea"), market("salt", id="tea")))


def test_pages(store: Store) -> None:
    """At most `limit` after the first `offset`, by slug."""
    asyncio.run(put(store, market("tea"), market("amber"), market("salt")))

    async def page(limit: int, offset: int) -> list[str]:
        async with store.unit() as unit:
            return [m.slug for m in await unit.markets.page(limit=limit, offset=offset)]

    cut = {at: asyncio.run(page(*at)) for at in ((2, 0), (2, 2), (9, 1), (0, 0), (2, 3))}

    assert cut == {
        (2, 0): ["amber", "salt"],
        (2, 2): ["tea"],
        (9, 1): ["salt", "tea"],
        (0, 0): [],
        (2, 3): [],
    }


def test_a_unit_can_be_entered_again(store: Store) -> None:
    """Once it was left."""

    async def work() -> None:
        unit = store.unit()
        async with unit:
            await unit.markets.add(market("tea"))
        async with unit:
            await unit.markets.add(market("salt"))
            await unit.commit()

    asyncio.run(work())
    assert stored(store) == [market("salt").to_json()]


def test_a_file_keeps_its_markets(tmp_path: Path) -> None:
    """A second store on the file finds them, and the table."""
    asyncio.run(put(SqliteStore(tmp_path / "markets.db"), market("tea")))

    assert stored(SqliteStore(tmp_path / "markets.db")) == [market("tea").to_json()]
