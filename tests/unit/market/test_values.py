"""Slugs and money: equal by value, never invalid."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pypatterns.market.domain.errors import InvalidMarket, InvalidMoney
from pypatterns.market.domain.values import CURRENCY, MOST, SLUG_LENGTH, Money, Slug

# the same on a busy machine, every time
STEADY = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
slugs = st.lists(st.text("az09", min_size=1, max_size=8), min_size=1, max_size=6).map("-".join)
euros = st.integers(-MOST // 4, MOST // 4).map(lambda amount: Money(amount, "EUR"))
NO_SLUGS = {
    "empty": "",
    "last newline": "tea\n",
    "two hyphens": "tea--cup",
    "first hyphen": "-tea",
    "last hyphen": "tea-",
    "upper case": "Tea",
    "blank inside": "tea cup",
    "accent": "thé",
    "digit of another script": "tea٣",
    "too long": "t" * (SLUG_LENGTH + 1),
    "bytes": b"tea",
    "none": None,
}


@STEADY
@given(slugs)
def test_a_slug_is_the_text_that_it_was_made_of(text: str) -> None:
    """A slug compares, hashes and prints as its text, and is made of another slug unchanged."""
    slug = Slug(text)

    assert slug == text
    assert hash(slug) == hash(text)
    assert f"{slug}" == str(slug) == text
    assert Slug(slug) == slug
    assert type(pickle.loads(pickle.dumps(slug))) is Slug


@pytest.mark.parametrize("text", NO_SLUGS.values(), ids=NO_SLUGS)
def test_what_is_no_slug_is_refused_with_its_value(text: object) -> None:
    """The refusal names the field and holds the value."""
    with pytest.raises(InvalidMarket, match="slug must be words of a-z") as refusal:
        Slug(text)  # type: ignore[arg-type]

    assert (refusal.value.field, refusal.value.value) == ("slug", text)


@STEADY
@given(st.text(max_size=8) | st.from_regex("[a-z0-9-]{1,8}\n?", fullmatch=True))
def test_a_slug_is_taken_or_refused_never_changed(text: str) -> None:
    """Any text is a slug as it stands, or none."""
    try:
        slug = Slug(text)
    except InvalidMarket:
        slug = None

    words = text.split("-")
    assert (slug == text) is all(
        word.isascii() and word.isalnum() and word == word.lower() for word in words
    )


@STEADY
@given(euros, euros, euros)
def test_money_adds_up_in_any_order(a: Money, b: Money, c: Money) -> None:
    """Adding is commutative and associative, and nothing is the neutral sum."""
    assert a + b == b + a
    assert (a + b) + c == a + (b + c)
    assert a + Money(0, "EUR") == a
    assert (a + b).amount == a.amount + b.amount


def test_two_currencies_do_not_add_up() -> None:
    """Adding another currency is refused, and both currencies are named."""
    with pytest.raises(InvalidMoney, match="currency must be EUR to be added; got 'USD'"):
        Money(1, "EUR") + Money(1, "USD")


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        (0.5, "EUR"),
        (True, "EUR"),
        ("1", "EUR"),
        (MOST + 1, "EUR"),
        (-MOST - 1, "EUR"),
        (1, "eur"),
        (1, "EURO"),
        (1, "EUR\n"),
        (1, None),
    ],
)
def test_what_is_no_money_is_refused(amount: object, currency: object) -> None:
    """Amounts are whole and bounded, currencies three capitals."""
    with pytest.raises(InvalidMoney):
        Money(amount, currency)  # type: ignore[arg-type]


def test_a_sum_beyond_the_bound_is_refused() -> None:
    """Adding cannot make what the constructor would refuse."""
    with pytest.raises(InvalidMoney, match="amount"):
        Money(MOST, "EUR") + Money(1, "EUR")


@STEADY
@given(st.integers(-MOST, MOST), st.from_regex(CURRENCY, fullmatch=True))
def test_money_is_a_value(amount: int, currency: str) -> None:
    """Two sums of one amount and currency are one value, and nobody can change it."""
    one, other = Money(amount, currency), Money(amount, currency)

    assert {one, other} == {one}
    with pytest.raises(AttributeError):
        one.amount = 0  # type: ignore[misc]
