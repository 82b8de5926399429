"""Make markets in each of the four ways, and write down as data what came of it.

A try is [way, fields of a valid market, changes]. A way is "Market", "create", "replace" or "from_json". A status among the
changes is [the enum that it is of, its name], or the raw value itself.
"""

import dataclasses
import json
from enum import StrEnum
from operator import eq, ne
from types import SimpleNamespace

from pypatterns.course.checking.probes.errors import described


class Phase(StrEnum):
    """The status of something else, with a value that MarketStatus has as well."""

    ACTIVE = "ACTIVE"


def _make(answer, way, valid, changes):
    """One market; from_json gets what stands in the prompt: the five fields by name."""
    if way == "from_json":
        return answer.Market.from_json(
            json.dumps({"status": "DRAFT", "tags": []} | valid | changes, ensure_ascii=False)
        )
    given = _with_enums(answer, changes)
    if way == "replace":
        return dataclasses.replace(answer.Market(**valid), **given)
    make = answer.Market.create if way == "create" else answer.Market
    return make(**valid | given)


def _with_enums(answer, fields):
    status = fields.get("status")
    if not isinstance(status, list):
        return fields
    kind = answer.MarketStatus if status[0] == "MarketStatus" else Phase
    return fields | {"status": kind[status[1]]}


def _ended(answer, make, *args):
    """The market that came, or None, and what came instead of one: an error, and whether it is the right one."""
    try:
        made = make(*args)
    except Exception as error:  # noqa: BLE001 - whatever the answer raises is what came of it
        right = isinstance(error, answer.InvalidMarket) and isinstance(error, answer.DomainError)
        return None, described(error) | {"right": right}
    return (made, None) if isinstance(made, answer.Market) else (None, {"gave": repr(made)[:200]})


def _unequal(answer, market, expected):
    """The fields that are not as expected, each with what it is."""
    return {
        field: repr(getattr(market, field))[:200]
        for field, value in expected.items()
        if not _is(answer, field, getattr(market, field), value)
    }


def _is(answer, field, got, expected):
    if field == "status":
        return got is answer.MarketStatus[expected]
    if field == "tags":
        return isinstance(got, tuple) and got == tuple(expected)
    return bool(got == expected)


def made(answer, tries, expected):
    """Markets are made in the four ways, each compared with what it is expected to hold."""
    seen = []
    for (way, valid, changes), fields in zip(tries, expected, strict=True):
        market, instead = _ended(answer, _make, answer, way, valid, changes)
        seen.append(instead or {"unequal": _unequal(answer, market, fields)})
    return seen


def refused(answer, tries):
    """Markets are made of what no market can have."""
    seen = []
    for way, valid, changes in tries:
        market, instead = _ended(answer, _make, answer, way, valid, changes)
        seen.append(instead or {"gave": f"a market, {market!r}"[:300]})
    return seen


def assigned(answer, valid, others, unknown):
    """Each field of a market is assigned, and an attribute that it has not."""
    market = answer.Market(**valid)
    values = _with_enums(answer, others) | {unknown: "later"}
    seen = {name: _assigning(market, name, value) for name, value in values.items()}
    return {
        "raised": seen,
        "unequal": _unequal(answer, market, valid),
        "dict": hasattr(market, "__dict__"),
    }


def _assigning(market, name, value):
    """What assigning raises, and of which of the two kinds it is; "" if nothing is raised."""
    try:
        setattr(market, name, value)
    except Exception as error:  # noqa: BLE001 - the check says which it must be
        kinds = [kind for kind in (AttributeError, TypeError) if isinstance(error, kind)]
        return [described(error)["type"], *(kind.__name__ for kind in kinds)]
    return []


def compared(answer, valid, others):
    """Two markets with one id and nothing else in common, one with another id, and things that are no markets."""
    one = answer.Market(**valid)
    twin = answer.Market(**_with_enums(answer, others) | {"id": valid["id"]})
    other = answer.Market(**valid | {"id": others["id"]})
    return {
        "twin": _tried(lambda: bool(eq(one, twin)) and not ne(one, twin)),
        "other": _tried(lambda: bool(ne(one, other)) and not eq(one, other)),
        "hash": _tried(lambda: hash(one) == hash(twin)),
        "strangers": {
            name: _tried(_differ, one, thing) for name, thing in _strangers(valid).items()
        },
    }


def _differ(market, thing):
    return not eq(market, thing) and not eq(thing, market)


def _strangers(valid):
    lookalike = SimpleNamespace(**valid, status="DRAFT", tags=())
    return {
        "its id": valid["id"],
        "None": None,
        "another object with this id": lookalike,
        "a tuple of its fields": tuple(valid.values()),
    }


def _tried(ask, *args):
    """What it gives, or the error in words."""
    try:
        return ask(*args)
    except Exception as error:  # noqa: BLE001 - told as data
        return f"{type(error).__name__}: {error}"


def tagged(answer, valid, tags, ways):
    """Markets are made with a list of tags, to which the caller then adds one."""
    return [_tagged(answer, way, valid, list(tags)) for way in ways]


def _tagged(answer, way, valid, given):
    market, instead = _ended(answer, _make, answer, way, valid, {"tags": given})
    if instead:
        return instead
    expected = {"tags": tuple(given)}
    at_once = _unequal(answer, market, expected)
    given.append("later")
    return {"at_once": at_once, "afterwards": _unequal(answer, market, expected)}


def restored(answer, markets):
    """Markets are written by to_json and read again by from_json."""
    return [_restored(answer, fields) for fields in markets]


def _constructed(answer, fields):
    return answer.Market(**fields)


def _restored(answer, fields):
    status = answer.MarketStatus[fields["status"]]
    given = fields | {"status": status, "tags": tuple(fields["tags"])}
    market, instead = _ended(answer, _constructed, answer, given)
    if instead:
        return instead | {"in": "the constructor"}
    text = market.to_json()
    if not isinstance(text, str):
        return {"gave": repr(text)[:200], "in": "to_json()"}
    back, instead = _ended(answer, answer.Market.from_json, text)
    if instead:
        return instead | {"in": f"from_json({text!r})"}
    return {"unequal": _unequal(answer, back, fields), "text": str.__str__(text)}
