"""The repository on one session, and the one database error that the domain has a word for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import CursorResult, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from pypatterns.market.adapters.outbound.sql.rows import MarketRow, columns, to_market
from pypatterns.market.domain.errors import MarketNotFound, SlugTaken, StaleMarket
from pypatterns.market.domain.market import Market

SLUG_RULE = ("uq_markets_slug", "markets.slug")  # how databases name it; the second is SQLite's way


@contextmanager
def slug_taken(market: Market) -> Iterator[None]:
    """Raise `SlugTaken` for the slug's own rule; other broken rules are our mistakes and stay what they are."""
    try:
        yield
    except IntegrityError as exc:
        if any(name in str(exc.orig) for name in SLUG_RULE):
            raise SlugTaken(market.slug) from exc
        raise


class SqlMarkets:
    """The markets as the transaction of this session sees them."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, market: Market) -> None:
        self._session.add(MarketRow(**columns(market)))
        with slug_taken(market):
            await self._session.flush()

    async def by_slug(self, slug: str) -> Market | None:
        row = await self._session.scalar(select(MarketRow).where(MarketRow.slug == slug))
        return to_market(row) if row else None

    async def update(self, market: Market) -> Market:
        """Ask for the version in the same statement that changes it: between two statements others could write."""
        newer = replace(market, version=market.version + 1)
        mine = (MarketRow.id == market.id) & (MarketRow.version == market.version)
        with slug_taken(market):
            changed = update(MarketRow).where(mine).values(columns(newer))
            result = await self._session.execute(changed)
        assert isinstance(result, CursorResult)  # as every UPDATE's; the signature says less
        if result.rowcount:
            return newer
        known = await self._session.scalar(select(MarketRow.id).where(MarketRow.id == market.id))
        raise StaleMarket(market.slug, market.version) if known else MarketNotFound(market.slug)

    async def page(self, *, limit: int, offset: int) -> list[Market]:
        some = select(MarketRow).order_by(MarketRow.slug).limit(limit).offset(offset)
        return [to_market(row) for row in await self._session.scalars(some)]
