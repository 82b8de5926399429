"""No event may be told twice, so of equal ones only the first counts.

fails: test_events_are_pulled_once
says: An event that equals an earlier one
seen_in: in or dict or set or fromkeys
feedback: A market that was suspended twice has two events that are equal, and both have happened. Whoever counts them, or replays
    them, needs both. Twice would be the same one in two pulls, and against that it is enough to take them off the market.
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
    return replace(market, events=()), tuple(dict.fromkeys(market.events))
