"""replace() makes a copy, so the copy's list is its own.

fails: test_the_given_market_stays_as_it_is, test_branches_share_nothing
says: passed in is ACTIVE
seen_in: replace, append
feedback: replace() hands the same list to the copy. A frozen market stops `market.events = …` and not `market.events.append(…)`, so
    each market gets the events of all that were made from it. A tuple can only be made anew.
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
    if wanted not in ALLOWED[market.status]:
        raise TransitionRefused(market.status, wanted)
    event = StatusChanged(market.id, market.status, wanted)
    market.events.append(event)
    return replace(market, status=wanted, events=market.events)


def pull_events(market: Market) -> tuple[Market, tuple[StatusChanged, ...]]:
    return replace(market, events=[]), tuple(market.events)
