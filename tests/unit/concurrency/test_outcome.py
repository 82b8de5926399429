"""Outcomes: what learners match on, send between processes and compare."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError

import pytest

from pypatterns.concurrency import Err, Ok, Outcome


def told(outcome: Outcome[int]) -> str:
    """What a caller does with an outcome."""
    match outcome:
        case Ok(price):
            return f"{price} cents"
        case Err(error):
            return f"no price: {error}"


def test_an_outcome_is_matched_by_its_type() -> None:
    """A value and an error are told apart without looking into them."""
    outcomes = [Ok(320), Err(OSError("closed"))]

    sentences = [told(outcome) for outcome in outcomes]

    assert sentences == ["320 cents", "no price: closed"]


def test_an_error_object_can_be_a_value() -> None:
    """What was returned is Ok, whatever it is."""
    error = OSError("closed")

    returned, raised = Ok(error), Err(error)

    assert returned != raised
    assert returned.value is raised.error


@pytest.mark.parametrize("outcome", [Ok(None), Ok([1]), Err(OSError(2, "gone"))], ids=repr)
def test_an_outcome_crosses_to_another_process(outcome: Outcome[object]) -> None:
    """It pickles, and keeps its type and what it holds."""
    arrived = pickle.loads(pickle.dumps(outcome))

    assert repr(arrived) == repr(outcome)


def test_an_outcome_cannot_change() -> None:
    """It is frozen, and has no place for other attributes."""
    outcome = Ok(320)

    with pytest.raises(FrozenInstanceError):
        outcome.value = 0  # type: ignore[misc]
    assert not hasattr(outcome, "__dict__")
