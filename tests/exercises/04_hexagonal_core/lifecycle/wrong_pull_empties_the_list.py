"""Once its events are told, the market can be emptied.

fails: test_the_given_market_stays_as_it_is
says: after a pull
seen_in: __setattr__ or clear
feedback: You empty the market that was passed in. If telling fails, a second try finds nothing to tell. Give a new market without
    events, and leave the old one as it is.
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
    pending = market.events
    object.__setattr__(market, "events", ())
    return market, pending
