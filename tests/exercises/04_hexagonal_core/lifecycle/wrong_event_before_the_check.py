"""The event says what was wanted, so it comes first.

fails: test_a_refused_change_adds_none, test_the_given_market_stays_as_it_is, test_branches_share_nothing
seen_in: append
feedback: An event says what has happened. Yours is on the list before it is known whether anything does, and when the change is
    refused it stays there, to be told after the next one. Check first, and make a new tuple instead of appending to a list.
"""

from dataclasses import dataclass, field, replace
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
    events: list[StatusChanged] = field(default_factory=list)


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
    market.events.append(StatusChanged(market.id, market.status, wanted))
    if wanted not in ALLOWED[market.status]:
        raise TransitionRefused(market.status, wanted)
    return replace(market, status=wanted)


def pull_events(market: Market) -> tuple[Market, tuple[StatusChanged, ...]]:
    return replace(market, events=[]), tuple(market.events)
