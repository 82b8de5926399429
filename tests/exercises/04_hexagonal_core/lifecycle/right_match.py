"""A match statement over the pair of statuses; the refusal is its last case."""

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
    match market.status, wanted:
        case MarketStatus.DRAFT, MarketStatus.ACTIVE:
            pass
        case MarketStatus.ACTIVE, MarketStatus.SUSPENDED | MarketStatus.CLOSED:
            pass
        case MarketStatus.SUSPENDED, MarketStatus.ACTIVE | MarketStatus.CLOSED:
            pass
        case current, _:
            raise TransitionRefused(current, wanted)
    event = StatusChanged(market_id=market.id, before=market.status, after=wanted)
    return Market(market.id, wanted, (*market.events, event))


def pull_events(market: Market) -> tuple[Market, tuple[StatusChanged, ...]]:
    return replace(market, events=()), market.events
