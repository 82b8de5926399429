"""One change, one event: the last one is what is pending.

fails: test_events_are_pulled_once
says: All but the last are lost
feedback: Between two pulls there can be several changes, and whoever listens must hear of each. Give all of them, the oldest
    first.
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
    MarketStatus.CLOSED: set(),
}


def change(market: Market, wanted: MarketStatus) -> Market:
    if wanted not in ALLOWED[market.status]:
        raise TransitionRefused(market.status, wanted)
    event = StatusChanged(market.id, market.status, wanted)
    return replace(market, status=wanted, events=(*market.events, event))


def pull_events(market: Market) -> tuple[Market, tuple[StatusChanged, ...]]:
    return replace(market, events=()), market.events[-1:]
