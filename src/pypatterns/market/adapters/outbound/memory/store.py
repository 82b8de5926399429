"""The store, its units of work and their repository.

It keeps JSON, not objects: what it hands out is never shared, and a market that could not be stored shows here as well.
A commit has no `await` in it, so nothing else of the event loop comes between its checks and its writes.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace
from types import TracebackType
from typing import Self

from pypatterns.market.domain.errors import MarketNotFound, SlugTaken, StaleMarket
from pypatterns.market.domain.market import Market

Texts = dict[str, str]  # the JSON of each market, by its id


class MemoryMarkets:
    """The markets as they were when the unit began, with its own changes."""

    def __init__(self, stored: Texts) -> None:
        self._stored = stored
        self._before = dict(stored)
        self._now = dict(stored)

    async def add(self, market: Market) -> None:
        if market.id in self._now:
            raise ValueError(f"the id {market.id!r} is in use; ids are made to be unique")
        self._put(market)

    async def by_slug(self, slug: str) -> Market | None:
        return next((market for market in everything(self._now) if market.slug == slug), None)

    async def update(self, market: Market) -> Market:
        if market.id not in self._now:
            raise MarketNotFound(market.slug)
        if Market.from_json(self._now[market.id]).version != market.version:
            raise StaleMarket(market.slug, market.version)
        newer = replace(market, version=market.version + 1)
        self._put(newer)
        return newer

    async def page(self, *, limit: int, offset: int) -> list[Market]:
        ordered = sorted(everything(self._now), key=lambda market: market.slug)
        return ordered[offset : offset + limit]

    def flush(self) -> None:
        """Write the changes, all or none: others may have written since the unit began."""
        changed = {key: text for key, text in self._now.items() if text != self._before.get(key)}
        for key, text in changed.items():
            market = Market.from_json(text)
            refuse_taken(self._stored, market)
            if self._stored.get(key) != self._before.get(key):
                raise StaleMarket(market.slug, market.version)
        self._stored.update(changed)
        self._before = dict(self._now)

    def _put(self, market: Market) -> None:
        refuse_taken(self._now, market)
        self._now[market.id] = market.to_json()


def everything(texts: Texts) -> list[Market]:
    """Read all markets."""
    return [Market.from_json(text) for text in texts.values()]


def refuse_taken(texts: Texts, market: Market) -> None:
    """Raise `SlugTaken` if another market has this one's slug."""
    if any(known.slug == market.slug and known != market for known in everything(texts)):
        raise SlugTaken(market.slug)


class MemoryUnitOfWork:
    """One unit of work; it may be entered again once it was left."""

    def __init__(self, stored: Texts) -> None:
        self._stored = stored
        self._markets: MemoryMarkets | None = None

    @property
    def markets(self) -> MemoryMarkets:
        if self._markets is None:
            raise RuntimeError("this unit of work is not open: use it in `async with`")
        return self._markets

    async def commit(self) -> None:
        self.markets.flush()

    async def __aenter__(self) -> Self:
        if self._markets is not None:
            raise RuntimeError("this unit of work is open already: ask the factory for another one")
        self._markets = MemoryMarkets(self._stored)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._markets = None


class MemoryStore:
    """Markets for as long as the process lives."""

    def __init__(self) -> None:
        self._stored: Texts = {}

    def unit(self) -> MemoryUnitOfWork:
        """Make a unit of work."""
        return MemoryUnitOfWork(self._stored)

    def opened(self) -> AbstractAsyncContextManager[None]:
        """Keep everything: the service may be started again."""
        return nullcontext()
