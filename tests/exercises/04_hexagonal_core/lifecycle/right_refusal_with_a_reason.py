"""A refusal of a kind of its own for what is closed; the last status of all is found by its position."""

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


class ClosedForGood(TransitionRefused):
    """Nothing comes after CLOSED."""


def change(market: Market, wanted: MarketStatus) -> Market:
    order = list(MarketStatus)
    here, there = order.index(market.status), order.index(wanted)
    if market.status is MarketStatus.CLOSED:
        raise ClosedForGood(market.status, wanted)
    first_step = here == 0 and there == 1
    among_the_running = here > 0 and there > 0 and here != there
    if not (first_step or among_the_running):
        raise TransitionRefused(market.status, wanted)
    events = [*market.events, StatusChanged(market.id, market.status, wanted)]
    return replace(market, status=wanted, events=tuple(events))


def pull_events(market: Market) -> tuple[Market, tuple[StatusChanged, ...]]:
    return replace(market, events=()), market.events
