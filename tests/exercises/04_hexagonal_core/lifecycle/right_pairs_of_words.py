"""A set of pairs, read from five lines of text; events are gathered with itertools."""

from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain


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


WAYS = frozenset(
    tuple(map(MarketStatus, line.split(" -> ")))
    for line in """
        DRAFT -> ACTIVE
        ACTIVE -> SUSPENDED
        ACTIVE -> CLOSED
        SUSPENDED -> ACTIVE
        SUSPENDED -> CLOSED
    """.strip().splitlines()
    for line in [line.strip()]
)


def change(market: Market, wanted: MarketStatus) -> Market:
    changed = replace(
        market,
        status=wanted,
        events=tuple(chain(market.events, [StatusChanged(market.id, market.status, wanted)])),
    )
    if (market.status, changed.status) in WAYS:
        return changed
    raise TransitionRefused(market.status, wanted)


def pull_events(market: Market) -> tuple[Market, tuple[StatusChanged, ...]]:
    return Market(market.id, market.status), tuple(market.events)
