"""The use cases on the store in memory: each owns its transaction, and says what happened once it is stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from types import TracebackType
from typing import Self

import pytest

from pypatterns.market.adapters.outbound.memory import MemoryStore
from pypatterns.market.application.ports import MarketRepository, UnitOfWork
from pypatterns.market.application.use_cases import (
    ChangeStatus,
    CreateMarket,
    GetMarket,
    PageThrough,
)
from pypatterns.market.domain.errors import (
    InvalidMarket,
    MarketNotFound,
    SlugTaken,
    TransitionRefused,
)
from pypatterns.market.domain.lifecycle import MarketStatus, StatusChanged

pytestmark = pytest.mark.anyio
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Noon:
    """A clock that stands still."""

    def now(self) -> datetime:
        return NOON


class FullDisk:
    """A unit of work whose commit fails."""

    def __init__(self, inner: UnitOfWork) -> None:
        self.inner = inner

    @property
    def markets(self) -> MarketRepository:
        return self.inner.markets

    async def commit(self) -> None:
        raise OSError("no space left on device")

    async def __aenter__(self) -> Self:
        await self.inner.__aenter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        await self.inner.__aexit__(exc_type, exc, tb)


class Service:
    """The use cases on one store, and what they announced."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.announced: list[StatusChanged] = []
        self.ids: Iterator[int] = count(1)
        self.create = CreateMarket(self.store.unit, lambda: f"m-{next(self.ids)}")
        self.publish = self.change(MarketStatus.ACTIVE)
        self.get = GetMarket(self.store.unit)
        self.page = PageThrough(self.store.unit)

    def change(self, wanted: MarketStatus, *, full: bool = False) -> ChangeStatus:
        unit = (lambda: FullDisk(self.store.unit())) if full else self.store.unit
        return ChangeStatus(unit, Noon(), self.announced.append, wanted)


@pytest.fixture
def anyio_backend() -> str:
    """SQLAlchemy's asyncio knows no other loop, so the service is asyncio's."""
    return "asyncio"


@pytest.fixture
def service() -> Service:
    """A service without markets."""
    return Service()


async def test_a_created_market_is_found(service: Service) -> None:
    """Create stores a draft under the id that it was given, and announces nothing."""
    made = await service.create(name=" Tea ", slug="tea", tags=["hot"])

    found = await service.get("tea")

    assert (found.id, found.name, found.tags, found.status) == ("m-1", "Tea", ("hot",), "DRAFT")
    assert found == made
    assert service.announced == []


async def test_a_refused_market_is_not_stored(service: Service) -> None:
    """An invalid market and a taken slug leave no trace."""
    await service.create(name="Tea", slug="tea")

    with pytest.raises(InvalidMarket):
        await service.create(name="", slug="coffee")
    with pytest.raises(SlugTaken):
        await service.create(name="Other tea", slug="tea")

    assert [market.name for market in (await service.page(limit=9)).markets] == ["Tea"]


async def test_a_change_is_stored_then_announced(service: Service) -> None:
    """Publishing stores the status at the next version and announces one event, with the clock's time."""
    await service.create(name="Tea", slug="tea")

    published = await service.publish("tea")

    found = await service.get("tea")
    assert (published.status, published.version, published.events) == ("ACTIVE", 2, ())
    assert (found.status, found.version) == ("ACTIVE", 2)
    assert service.announced == [
        StatusChanged("m-1", MarketStatus.DRAFT, MarketStatus.ACTIVE, NOON)
    ]


async def test_a_refused_change_is_not_announced(service: Service) -> None:
    """What the lifecycle refuses changes nothing and is told nobody."""
    await service.create(name="Tea", slug="tea")

    with pytest.raises(TransitionRefused):
        await service.change(MarketStatus.CLOSED)("tea")

    assert service.announced == []
    assert (await service.get("tea")).version == 1


async def test_a_failed_commit_announces_nothing(service: Service) -> None:
    """When the commit fails its error comes out, the market stays, and nobody hears of a change."""
    await service.create(name="Tea", slug="tea")

    with pytest.raises(OSError, match="no space"):
        await service.change(MarketStatus.ACTIVE, full=True)("tea")

    assert service.announced == []
    assert (await service.get("tea")).status is MarketStatus.DRAFT


async def test_an_unknown_slug_is_not_found(service: Service) -> None:
    """Reading and changing say so alike."""
    with pytest.raises(MarketNotFound, match="tea"):
        await service.get("tea")
    with pytest.raises(MarketNotFound, match="tea"):
        await service.publish("tea")


@pytest.mark.parametrize(
    ("limit", "offset", "slugs", "more"),
    [
        (2, 0, ["a", "b"], True),
        (2, 2, ["c"], False),
        (3, 0, ["a", "b", "c"], False),
        (1, 2, ["c"], False),
        (2, 9, [], False),
    ],
)
async def test_a_page_says_whether_there_are_more(
    service: Service, limit: int, offset: int, slugs: list[str], more: bool
) -> None:
    """Exactly when another market follows."""
    for slug in "cab":
        await service.create(name=slug, slug=slug)

    page = await service.page(limit=limit, offset=offset)

    assert ([market.slug for market in page.markets], page.more) == (slugs, more)
