"""The lifecycle: all sixteen pairs, and any number of changes in a row."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from pypatterns.market.domain.errors import TransitionRefused
from pypatterns.market.domain.lifecycle import ALLOWED, MarketStatus, StatusChanged
from pypatterns.market.domain.market import Market
from pypatterns.market.domain.values import Slug

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DRAFT, ACTIVE, SUSPENDED, CLOSED = MarketStatus
# written out once more: a test that reads the table would agree with any table
ROADS = {
    (DRAFT, ACTIVE),
    (ACTIVE, SUSPENDED),
    (ACTIVE, CLOSED),
    (SUSPENDED, ACTIVE),
    (SUSPENDED, CLOSED),
}


def market(status: MarketStatus = DRAFT) -> Market:
    """A market in this status."""
    return Market("m-1", "Tea", Slug("tea"), status)


@pytest.mark.parametrize(("before", "after"), sorted(ROADS))
def test_allowed_changes(before: MarketStatus, after: MarketStatus) -> None:
    """Five of the sixteen pairs are allowed; each adds exactly its event, and the market passed in stays."""
    given = market(before)

    changed = given.change(after, at=NOON)

    assert (changed.status, changed.events) == (after, (StatusChanged("m-1", before, after, NOON),))
    assert (given.status, given.events) == (before, ())


@pytest.mark.parametrize(("before", "after"), sorted(set(product(MarketStatus, repeat=2)) - ROADS))
def test_all_other_changes_are_refused(before: MarketStatus, after: MarketStatus) -> None:
    """Eleven pairs are refused, the same status again too; the error holds both and says what is possible."""
    with pytest.raises(TransitionRefused) as refusal:
        market(before).change(after, at=NOON)

    assert (refusal.value.current, refusal.value.wanted) == (before, after)
    assert str(refusal.value).endswith(" or ".join(ALLOWED[before]) or "nothing else")


def test_events_are_pulled_once_and_in_order() -> None:
    """Pulling gives all pending events, the oldest first; pulled again, there are none."""
    changed = market().change(ACTIVE, at=NOON).change(SUSPENDED, at=NOON)

    pulled, events = changed.pull_events()

    assert [event.after for event in events] == [ACTIVE, SUSPENDED]
    assert pulled.events == pulled.pull_events()[1] == ()
    assert pulled.status is SUSPENDED


def test_two_branches_do_not_share_events() -> None:
    """Two changes of one market each have their own events."""
    active = market().change(ACTIVE, at=NOON)

    suspended, closed = active.change(SUSPENDED, at=NOON), active.change(CLOSED, at=NOON)

    assert [event.after for event in suspended.events] == [ACTIVE, SUSPENDED]
    assert [event.after for event in closed.events] == [ACTIVE, CLOSED]
    assert len(active.events) == 1


def test_the_table_cannot_be_changed() -> None:
    """Nobody opens a road at run time."""
    with pytest.raises(TypeError):
        ALLOWED[CLOSED] = (ACTIVE,)  # type: ignore[index]


class Lifecycle(RuleBasedStateMachine):
    """A market beside the simplest model of it: a status and a list of the changes so far."""

    def __init__(self) -> None:
        super().__init__()
        self.market = market()
        self.status = DRAFT
        self.pending: list[tuple[MarketStatus, MarketStatus]] = []

    @rule(wanted=st.sampled_from(MarketStatus))
    def change(self, wanted: MarketStatus) -> None:
        """Allowed or refused, as the roads have it."""
        if (self.status, wanted) not in ROADS:
            with pytest.raises(TransitionRefused):
                self.market.change(wanted, at=NOON)
            return
        self.market = self.market.change(wanted, at=NOON)
        self.pending.append((self.status, wanted))
        self.status = wanted

    @rule()
    def pull(self) -> None:
        """All that is pending, then none."""
        self.market, events = self.market.pull_events()
        assert [(event.before, event.after) for event in events] == self.pending
        self.pending = []

    @rule()
    def store_and_read(self) -> None:
        """JSON keeps the status, and is read without pending events."""
        self.market = replace(Market.from_json(self.market.to_json()), events=self.market.events)

    @invariant()
    def agrees(self) -> None:
        """Market and model say the same, and a closed one stays closed."""
        assert self.market.status is self.status
        assert [(event.before, event.after) for event in self.market.events] == self.pending


TestLifecycle = Lifecycle.TestCase
TestLifecycle.settings = settings(
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=60,
    stateful_step_count=30,
)
