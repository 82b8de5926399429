"""The life of a market as a table, and the event that tells of a change.

A table rather than `if`s: the sixteen pairs are read at a glance, and a new status is a new row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class MarketStatus(StrEnum):
    """Where a market stands. A `StrEnum`, so that it goes into JSON and SQL as its name."""

    DRAFT = "DRAFT"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    CLOSED = "CLOSED"


ALLOWED: Final[Mapping[MarketStatus, tuple[MarketStatus, ...]]] = MappingProxyType(
    {
        MarketStatus.DRAFT: (MarketStatus.ACTIVE,),
        MarketStatus.ACTIVE: (MarketStatus.SUSPENDED, MarketStatus.CLOSED),
        MarketStatus.SUSPENDED: (MarketStatus.ACTIVE, MarketStatus.CLOSED),
        MarketStatus.CLOSED: (),
    }
)


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """A market went from one status to another. `at` has a time zone."""

    market_id: str
    before: MarketStatus
    after: MarketStatus
    at: datetime
