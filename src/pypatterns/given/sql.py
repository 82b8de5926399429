"""A table and a repository that leaves it to the unit of work when the database hears of a new market.

>>> async with sessions() as session:
...     await SqlMarkets(session).add(market)  # staged: no statement has been sent
...     await session.commit()                 # INSERT, and what the database says to it

The market's own repository flushes in `add` and translates there. This one does not, so that a unit of work has to.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from pypatterns.market.adapters.outbound.sql.rows import MarketRow, columns, to_market
from pypatterns.market.domain.errors import SlugTaken
from pypatterns.market.domain.market import Market

__all__ = ["Market", "MarketRow", "SlugTaken", "SqlMarkets"]


class SqlMarkets:
    """The markets as the transaction of this session sees them. `staged` are the slugs that were added by it."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self.staged: list[str] = []

    async def add(self, market: Market) -> None:
        """Stage a new one; the session's next flush, or its commit, sends it."""
        self._session.add(MarketRow(**columns(market)))
        self.staged.append(market.slug)

    async def by_slug(self, slug: str) -> Market | None:
        """Find the one with this slug; the session first flushes what is staged (autoflush), which can fail."""
        row = await self._session.scalar(select(MarketRow).where(MarketRow.slug == slug))
        return to_market(row) if row else None
