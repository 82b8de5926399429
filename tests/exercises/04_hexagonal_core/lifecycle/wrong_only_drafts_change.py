"""A market is a draft or it is published.

fails: test_all_sixteen_pairs, test_a_change_adds_one_event, test_a_refused_change_adds_none, test_events_are_pulled_once,
    test_branches_share_nothing
feedback: That was true while there were two statuses. With four, "is not DRAFT" is three different things: an ACTIVE market may be
    suspended, a CLOSED one may do nothing. Ask for the pair.
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


def change(market: Market, wanted: MarketStatus) -> Market:
    if market.status != MarketStatus.DRAFT:
        raise TransitionRefused(market.status, wanted)
    event = StatusChanged(market.id, market.status, wanted)
    return replace(market, status=wanted, events=(*market.events, event))


def pull_events(market: Market) -> tuple[Market, tuple[StatusChanged, ...]]:
    return replace(market, events=()), market.events
