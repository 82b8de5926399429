"""What the exercise on a unit of work is given: a repository that only stages."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from pypatterns.given.sql import Market, MarketRow, SqlMarkets

T = TypeVar("T")


def market(slug: str, id: str = "m-1") -> Market:
    """A draft."""
    return Market.create(id=id, name="Tea futures", slug=slug)


def in_session(folder: Path, work: Callable[[AsyncSession, list[str]], Awaitable[T]]) -> T:
    """Run this on a session of a new database, with the statements that were sent."""

    async def run() -> T:
        engine = create_async_engine(f"sqlite+aiosqlite:///{folder / 'markets.db'}")
        sent: list[str] = []
        async with engine.begin() as connection:
            await connection.run_sync(MarketRow.metadata.create_all)
        event.listen(
            engine.sync_engine, "before_cursor_execute", lambda *told: sent.append(told[2])
        )
        try:
            async with async_sessionmaker(engine)() as session:
                return await work(session, sent)
        finally:
            await engine.dispose()

    return asyncio.run(run())


def test_add_sends_nothing(tmp_path: Path) -> None:
    """A new market is staged: no statement, and so no error, before a flush."""

    async def work(session: AsyncSession, sent: list[str]) -> tuple[list[str], list[str]]:
        markets = SqlMarkets(session)
        await markets.add(market("tea"))
        await markets.add(market("tea", id="m-2"))
        return sent, markets.staged

    assert in_session(tmp_path, work) == ([], ["tea", "tea"])


def test_by_slug_sends_what_is_staged_first(tmp_path: Path) -> None:
    """A query sees the session's own markets."""

    async def work(session: AsyncSession, sent: list[str]) -> tuple[Market | None, list[str]]:
        markets = SqlMarkets(session)
        await markets.add(market("tea"))
        return await markets.by_slug("tea"), [statement.split()[0] for statement in sent]

    found, sent = in_session(tmp_path, work)

    assert found is not None
    assert (found.id, found.name, found.slug) == ("m-1", "Tea futures", "tea")
    assert sent == ["INSERT", "SELECT"]


def test_by_slug_finds_none(tmp_path: Path) -> None:
    """A slug that nobody has gives None."""

    async def work(session: AsyncSession, _: list[str]) -> Market | None:
        return await SqlMarkets(session).by_slug("salt")

    assert in_session(tmp_path, work) is None


@pytest.mark.parametrize(
    ("again", "rule"),
    [(market("tea", id="m-2"), "markets.slug"), (market("salt"), "markets.id")],
    ids=["slug", "id"],
)
def test_the_table_refuses_a_second_one(tmp_path: Path, again: Market, rule: str) -> None:
    """A slug that is taken breaks another rule than an id that is."""

    async def work(session: AsyncSession, _: list[str]) -> str:
        markets = SqlMarkets(session)
        await markets.add(market("tea"))
        await session.flush()
        await markets.add(again)
        with pytest.raises(IntegrityError) as refused:
            await session.commit()
        return str(refused.value.orig)

    assert rule in in_session(tmp_path, work)
