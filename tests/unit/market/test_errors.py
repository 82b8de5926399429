"""The error family: data in fields, messages with the way out."""

from __future__ import annotations

import pickle

import pytest

from pypatterns.market.domain.errors import (
    DomainError,
    InvalidMarket,
    InvalidMoney,
    InvalidValue,
    MarketNotFound,
    SlugTaken,
    StaleMarket,
    TransitionRefused,
)
from pypatterns.market.domain.lifecycle import MarketStatus

ERRORS = [
    (InvalidMarket("slug", "must be short", "x" * 3), "slug must be short; got 'xxx'"),
    (InvalidMoney("amount", "must be whole", 0.5), "amount must be whole; got 0.5"),
    (SlugTaken("tea"), "the slug 'tea' is taken; choose another one"),
    (MarketNotFound("tea"), "there is no market 'tea'"),
    (
        TransitionRefused(MarketStatus.ACTIVE, MarketStatus.DRAFT),
        "a market that is ACTIVE cannot become DRAFT; it can become SUSPENDED or CLOSED",
    ),
    (StaleMarket("tea", 3), "the market 'tea' is no longer at version 3; read it again"),
]


@pytest.mark.parametrize(("error", "message"), ERRORS, ids=lambda value: type(value).__name__)
def test_an_error_says_its_data(error: DomainError, message: str) -> None:
    """Each is a DomainError, and its message names the value and the way out."""
    assert isinstance(error, DomainError)
    assert str(error) == message


@pytest.mark.parametrize(
    "error", [error for error, _ in ERRORS], ids=lambda error: type(error).__name__
)
def test_an_error_survives_pickling(error: DomainError) -> None:
    """A process pool hands an error over with its data."""
    again = pickle.loads(pickle.dumps(error))

    assert type(again) is type(error)
    assert vars(again) == vars(error)


def test_invalid_values_are_one_branch() -> None:
    """Whoever wants all of them catches InvalidValue, and no other error with it."""
    branch = [type(error) for error, _ in ERRORS if isinstance(error, InvalidValue)]

    assert branch == [InvalidMarket, InvalidMoney]
