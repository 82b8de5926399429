"""The enum knows where its members may go, by a property that it was given."""

from dataclasses import dataclass, replace
from enum import StrEnum


class MarketStatus(StrEnum):
    DRAFT = "DRAFT"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    CLOSED = "CLOSED"

    @property
    def successors(self) -> "tuple[MarketStatus, ...]":
        if self is MarketStatus.DRAFT:
            return (MarketStatus.ACTIVE,)
        if self is MarketStatus.CLOSED:
            return ()
        running = (MarketStatus.ACTIVE, MarketStatus.SUSPENDED, MarketStatus.CLOSED)
        return tuple(status for status in running if status is not self)

    def may_become(self, wanted: "MarketStatus") -> bool:
        return any(wanted is each for each in self.successors)


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
    if not market.status.may_become(wanted):
        raise TransitionRefused(market.status, wanted)
    event = StatusChanged(market.id, market.status, wanted)
    return replace(market, status=wanted, events=(*market.events, event))


def pull_events(market: Market) -> tuple[Market, tuple[StatusChanged, ...]]:
    return replace(market, events=()), market.events
