"""Strict JSON: what two readers could understand in two ways is refused."""

from __future__ import annotations

import json

import pytest

from pypatterns.market.adapters.inbound.http.json_body import MOST_LEVELS, parse

REFUSED = {
    "nothing": b"",
    "half": b'{"name": ',
    "NaN": b'{"price": NaN}',
    "Infinity": b"[-Infinity]",
    "a name twice": b'{"slug": "a", "slug": "b"}',
    "a name twice, deeper": b'[{"tick": {"a": 1, "\\u0061": 2}}]',
    "bad UTF-8": b'{"name": "\xff"}',
    "UTF-16": '{"name": "tea"}'.encode("utf-16"),
    "byte order mark": b'\xef\xbb\xbf{"name": "tea"}',
    "too deep": b"[" * 60_000,
    "too deep, closed": b'{"a":' * 30_000 + b"1" + b"}" * 30_000,
    "one level too many": b"[" * (MOST_LEVELS + 1) + b"]" * (MOST_LEVELS + 1),
    "too many digits": b"9" * 5_000,
    "two documents": b"{} {}",
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_what_is_not_strictly_json_is_refused(body: bytes) -> None:
    """With the one error that FastAPI turns into its own."""
    with pytest.raises(json.JSONDecodeError):
        parse(body)


@pytest.mark.parametrize(
    "value", [{"name": "Tee, süß", "tags": []}, [], None, 1.5, "x", {"a": {"a": {"a": 1}}}]
)
def test_json_is_read(value: object) -> None:
    """As json.loads reads it."""
    assert parse(json.dumps(value, ensure_ascii=False).encode()) == value


def test_all_levels_that_are_allowed_are_read() -> None:
    """An array may hold an array that holds an array, `MOST_LEVELS` of them; the innermost may hold plain values."""
    assert parse(b"[" * MOST_LEVELS + b"1" + b"]" * MOST_LEVELS)
    assert parse(b"[" * MOST_LEVELS + b"]" * MOST_LEVELS)
