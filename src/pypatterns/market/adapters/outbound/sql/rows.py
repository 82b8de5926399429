"""The table, and the way between its rows and markets: the domain knows of neither."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from pypatterns.market.domain.errors import DomainError
from pypatterns.market.domain.lifecycle import MarketStatus
from pypatterns.market.domain.market import NAME_LENGTH, Market
from pypatterns.market.domain.values import SLUG_LENGTH, Money, Slug

# PostgreSQL sorts text by the database's locale, in Danish aa after z; the port promises code points
SLUG_TYPE = String(SLUG_LENGTH).with_variant(String(SLUG_LENGTH, collation="C"), "postgresql")


class Base(DeclarativeBase):
    """The tables of this service."""


class CorruptRow(Exception):
    """The table holds what this service did not write."""


class MarketRow(Base):
    """A market as it is stored; its pending events are not."""

    __tablename__ = "markets"
    __table_args__ = (UniqueConstraint("slug", name="uq_markets_slug"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    slug: Mapped[str] = mapped_column(SLUG_TYPE)
    status: Mapped[str] = mapped_column(String(16))
    tags: Mapped[list[str]] = mapped_column(JSON)
    tick_amount: Mapped[int] = mapped_column(BigInteger)
    tick_currency: Mapped[str] = mapped_column(String(3))
    version: Mapped[int] = mapped_column(BigInteger)


def columns(market: Market) -> dict[str, Any]:
    """Spread a market over the columns, as plain str and int: some drivers refuse subclasses."""
    return {
        "id": market.id,
        "name": market.name,
        "slug": str(market.slug),
        "status": market.status.value,
        "tags": list(map(str, market.tags)),
        "tick_amount": market.tick.amount,
        "tick_currency": market.tick.currency,
        "version": market.version,
    }


def to_market(row: MarketRow) -> Market:
    """Make the market again. A row that breaks a rule is a fault of the database, never of whoever asks for it."""
    try:
        return Market(
            id=row.id,
            name=row.name,
            slug=Slug(row.slug),
            status=MarketStatus(row.status),
            tags=tuple(map(Slug, row.tags)),
            tick=Money(row.tick_amount, row.tick_currency),
            version=row.version,
        )
    except (DomainError, TypeError, ValueError) as exc:
        raise CorruptRow(f"the row {row.id!r} in markets holds no market") from exc
