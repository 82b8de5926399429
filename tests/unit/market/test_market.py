"""The aggregate: whichever way a market is made, it is valid."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pypatterns.market.domain.errors import InvalidMarket, InvalidMoney, InvalidValue
from pypatterns.market.domain.lifecycle import MarketStatus, StatusChanged
from pypatterns.market.domain.market import NAME_LENGTH, TAGS_AT_MOST, Market
from pypatterns.market.domain.values import MOST, Money, Slug

# the same on a busy machine, every time
STEADY = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
slugs = (
    st.lists(st.text("az09", min_size=1, max_size=8), min_size=1, max_size=6)
    .map("-".join)
    .map(Slug)
)
names = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=NAME_LENGTH).filter(
    str.strip
)
junk = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.binary(),
    st.lists(st.text()),
)


def tea(**changes: Any) -> Market:
    """A valid market, but for the changes."""
    given: dict[str, Any] = {"id": "m-1", "name": "Tea", "slug": "tea", "tags": ("hot", "leaf")}
    return Market(**given | changes)


def parsed(**changes: Any) -> Market:
    """The same, out of JSON."""
    plain = {
        key: sorted(value) if isinstance(value, set) else value for key, value in changes.items()
    }
    return Market.from_json(json.dumps(json.loads(tea().to_json()) | plain))


WAYS: dict[str, Callable[..., Market]] = {
    "constructor": tea,
    "create": lambda **changes: Market.create(
        **{"id": "m-1", "name": "Tea", "slug": "tea"} | changes
    ),
    "replace": lambda **changes: replace(tea(), **changes),
    "from_json": parsed,
}
BREAKS: dict[str, dict[str, Any]] = {
    "no id": {"id": ""},
    "id with a blank": {"id": "m 1"},
    "id that is a number": {"id": 7},
    "blank name": {"name": " \t\u2003"},
    "no name": {"name": None},
    "long name": {"name": "n" * (NAME_LENGTH + 1)},
    "NUL in the name": {"name": "te\x00a"},
    "newline in the name": {"name": "te\na"},
    "half a character": {"name": "te\ud800a"},
    "slug with a last newline": {"slug": "tea\n"},
    "slug with two hyphens": {"slug": "tea--cup"},
    "one text as tags": {"tags": "hot"},
    "a tag that is no slug": {"tags": ["hot", "Leaf"]},
    "too many tags": {"tags": ["hot"] * (TAGS_AT_MOST + 1)},
    "tags that are a number": {"tags": 7},
}


@pytest.mark.parametrize("breaks", BREAKS.values(), ids=BREAKS)
@pytest.mark.parametrize("make", WAYS.values(), ids=WAYS)
def test_no_way_makes_an_invalid_market(
    make: Callable[..., Market], breaks: dict[str, Any]
) -> None:
    """Constructor, factory, replace and parse refuse the same things, and name the field."""
    [field] = breaks

    with pytest.raises(InvalidMarket, match=field) as refusal:
        make(**breaks)

    assert refusal.value.field == field


@pytest.mark.parametrize(
    "breaks",
    [
        {"status": "ACTIVE"},
        {"status": None},
        {"version": 0},
        {"version": True},
        {"version": 1.0},
        {"tick": Money(0, "EUR")},
        {"tick": 1},
        {"events": ("published",)},
    ],
    ids=str,
)
@pytest.mark.parametrize("way", ["constructor", "replace"])
def test_typed_fields_take_their_type_only(way: str, breaks: dict[str, Any]) -> None:
    """A status is a MarketStatus, not its name; a tick is Money above zero; events are events."""
    with pytest.raises(InvalidMarket):
        WAYS[way](**breaks)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("{", InvalidMarket),
        ("[]", InvalidMarket),
        ("null", InvalidMarket),
        ("{}", InvalidMarket),
        (json.dumps(json.loads(tea().to_json()) | {"status": "OPEN"}), InvalidMarket),
        (json.dumps(json.loads(tea().to_json()) | {"colour": "green"}), InvalidMarket),
        (json.dumps(json.loads(tea().to_json()) | {"events": ["published"]}), InvalidMarket),
        (json.dumps(json.loads(tea().to_json()) | {"tick": None}), InvalidMarket),
        (
            json.dumps(json.loads(tea().to_json()) | {"tick": {"amount": 0.5, "currency": "EUR"}}),
            InvalidMoney,
        ),
    ],
)
def test_what_is_not_the_json_of_a_market_is_refused(text: str, error: type[Exception]) -> None:
    """from_json raises the domain's errors, whatever it is given."""
    with pytest.raises(error):
        Market.from_json(text)


@STEADY
@given(st.dictionaries(st.sampled_from([field.name for field in fields(Market)]), junk, max_size=2))
def test_whatever_comes_in_a_market_is_valid_or_refused(changes: dict[str, Any]) -> None:
    """Of any values, a market is made that can be made again of its own fields, or InvalidValue is raised."""
    try:
        market = tea(**changes)
    except InvalidValue:
        return

    again = replace(market)
    assert again == market
    assert market.name == market.name.strip() != ""
    assert isinstance(market.tags, tuple)
    assert json.loads(market.to_json())["name"].encode()


some = st.fixed_dictionaries(
    {
        "name": names,
        "slug": slugs,
        "tags": st.lists(slugs, max_size=TAGS_AT_MOST),
        "status": st.sampled_from(MarketStatus),
        "tick": st.integers(1, MOST).map(lambda amount: Money(amount, "EUR")),
        "version": st.integers(1, MOST),
    }
)


@STEADY
@given(some)
def test_json_restores_each_field(values: dict[str, Any]) -> None:
    """from_json(to_json()) gives each field back, with its type."""
    market = tea(**values)

    again = Market.from_json(market.to_json())

    for field in fields(Market):
        was, comes_back = getattr(market, field.name), getattr(again, field.name)
        assert (comes_back, type(comes_back)) == (was, type(was)), field.name


def test_pending_events_are_not_written() -> None:
    """JSON is for storing, and events are pulled before that."""
    market = tea().change(MarketStatus.ACTIVE, at=NOON)

    assert Market.from_json(market.to_json()).events == ()


def test_a_new_market_is_a_draft_with_a_trimmed_name() -> None:
    """create() takes plain text and makes a draft, version 1, without events."""
    market = Market.create(id="m-1", name="  Tea \u2003", slug="tea", tags=iter(["hot"]))

    assert (market.name, market.slug, market.tags) == ("Tea", "tea", ("hot",))
    assert (market.status, market.version, market.events) == (MarketStatus.DRAFT, 1, ())


def test_a_market_cannot_be_changed_in_place() -> None:
    """No field can be set, none added, and there is no `__dict__` to go round that."""
    market = tea()

    with pytest.raises(AttributeError):
        market.name = "Coffee"  # type: ignore[misc]
    with pytest.raises((AttributeError, TypeError)):
        market.colour = "green"  # type: ignore[attr-defined]
    assert not hasattr(market, "__dict__")


def test_a_list_of_tags_is_copied() -> None:
    """What happens to the caller's list later does not reach the market."""
    tags = ["hot"]
    market = tea(tags=tags)

    tags.append("Not A Slug")

    assert market.tags == ("hot",)


def test_a_market_is_known_by_its_id() -> None:
    """Equal and of one hash when the id is the same, whatever else differs; never equal to another type."""
    assert tea() == tea(name="Coffee", slug="coffee")
    assert hash(tea()) == hash(tea(name="Coffee"))
    assert tea() != tea(id="m-2")
    assert tea() != "m-1"
    assert tea() != StatusChanged("m-1", MarketStatus.DRAFT, MarketStatus.ACTIVE, NOON)
