"""What crosses between judge and child: all plain data, unchanged, and nothing else."""

from __future__ import annotations

import json
from collections import namedtuple
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pypatterns.course.checking.shared import wire
from pypatterns.course.checking.shared.wire import (
    Frames,
    Opaque,
    TooLarge,
    WireError,
    decode,
    encode,
)

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**200), 2**200)
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
    | st.decimals(allow_nan=False)
    | st.datetimes()
    | st.dates()
    | st.times()
    | st.timedeltas()
)
keys = scalars
data = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.sets(keys)
        | st.frozensets(keys)
        | st.dictionaries(st.text(), inner)
        | st.dictionaries(keys, inner)
    ),
    max_leaves=20,
)


@given(data)
def test_plain_data_arrives_as_it_left(value: Any) -> None:
    """Value and exact types survive the way through JSON text."""
    (message,) = Frames().feed(wire.pack({"v": encode(value)}))

    got = decode(message["v"])

    assert got == value
    assert type(got) is type(value)


def test_nan_arrives_as_nan() -> None:
    """NaN equals nothing, so it is looked at by itself."""
    got = decode(json.loads(json.dumps(encode([float("nan"), float("-inf")]), allow_nan=False)))

    assert got[0] != got[0]
    assert got[1] == float("-inf")


class Loud(StrEnum):
    """A str, and not a plain one."""

    TEA = "tea"


Point = namedtuple("Point", "x y")


class Liar:
    """Equal to everything, and of the type that you like best."""

    __class__ = int  # type: ignore[assignment]  # the lie

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = object.__hash__


class Mute:
    """Cannot even be shown."""

    def __repr__(self) -> str:
        raise RuntimeError


class Gone:
    """Leaves when it is shown."""

    def __repr__(self) -> str:
        raise SystemExit


class Claims(type):
    """A type that is equal to every other."""

    def __eq__(cls, other: object) -> bool:
        return True

    def __hash__(cls) -> int:
        return hash(set)


class Prices(metaclass=Claims):
    """Says that it is a set."""

    def __iter__(self) -> Iterator[str]:
        yield "tea"


@pytest.mark.parametrize(
    "value",
    [Loud.TEA, Point(1, 2), Liar(), Mute(), Gone(), Prices(), object(), int, 10**2000],
    ids=lambda value: type(value).__name__,
)
def test_all_else_arrives_as_text_that_equals_nothing(value: Any) -> None:
    """Subclasses, lying objects and classes are told apart from plain data; a check's `==` is never theirs to answer."""
    got = decode(json.loads(json.dumps(encode(value))))

    assert isinstance(got, Opaque)
    assert got not in ("tea", (1, 2), {"tea"})
    assert got != decode(encode(value))


class Six(int):
    """Reads like a number, and is none that a check expects."""


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Six(6), "6 (of type Six)"),
        ([Six(6)], "[6 (of type Six)]"),
        (Point(1, 2), "Point(x=1, y=2)"),
        (Mute(), "<Mute whose repr raised RuntimeError>"),
        (Gone(), "<Gone whose repr raised SystemExit>"),
        (object(), "<object object>"),
        (10**10_000, "<int of 33,220 bits>"),
    ],
    ids=["subclass", "in a list", "telling", "mute", "gone", "no address", "too many digits"],
)
def test_what_is_no_plain_data_is_shown_with_its_type(value: Any, shown: str) -> None:
    """So that "returned 6; expected 6" is never said; and without addresses, which say nothing."""
    assert repr(decode(encode(value))) == shown


def test_a_list_that_holds_itself_ends() -> None:
    """Depth is bounded."""
    value: list[Any] = []
    value.append(value)

    assert "nested deeper" in str(decode(encode(value)))


def test_a_huge_result_is_refused() -> None:
    """A list that doubles at each of sixty levels would otherwise fill the memory."""
    value: list[Any] = []
    for _ in range(40):
        value = [value, value]

    with pytest.raises(TooLarge, match="more than 200,000 values"):
        encode(value)


def test_text_beyond_the_largest_frame_is_refused_before_it_is_copied() -> None:
    """However it is spread over the values."""
    megabyte = "x" * (1 << 20)

    with pytest.raises(TooLarge, match="it is larger than 8 MiB"):
        encode([megabyte] * 9)


@given(st.lists(st.dictionaries(st.text(), st.integers()), min_size=1), st.integers(1, 7))
def test_frames_may_arrive_in_any_pieces(messages: list[dict[str, int]], size: int) -> None:
    """However the stream is cut, the same messages come out in order."""
    stream = b"".join(wire.pack(message) for message in messages)
    frames = Frames()

    got = [
        message
        for start in range(0, len(stream), size)
        for message in frames.feed(stream[start : start + size])
    ]

    assert got == messages


@pytest.mark.parametrize(
    "stream",
    [
        b"\xff\xff\xff\xff",
        wire.HEADER.pack(4) + b"nope",
        wire.HEADER.pack(3) + b"NaN",
        wire.HEADER.pack(2) + b"[]",
        wire.HEADER.pack(200_000) + b"[" * 200_000,
        wire.HEADER.pack(2) + b"\xff\xfe",
    ],
    ids=["too long", "no json", "nan", "no object", "deep", "no text"],
)
def test_bytes_that_are_no_frame_are_refused(stream: bytes) -> None:
    """An answer that writes into the channel is noticed."""
    with pytest.raises(WireError):
        Frames().feed(stream)


@pytest.mark.parametrize(
    "forged",
    [
        {"!": "pickle", "v": ""},
        {"!": "set", "v": [[]]},
        {"!": "dict", "v": [[1]]},
        {"!": "Decimal", "v": "much"},
        {"!": "datetime", "v": 5},
        {"!": [], "v": 1},
        {"!": "bytes", "v": "*"},
        {"!": "opaque", "v": []},
    ],
    ids=lambda forged: str(forged["!"]),
)
def test_forged_tags_are_refused(forged: Any) -> None:
    """Decoding builds plain data, or says that this is none."""
    with pytest.raises(WireError):
        decode(forged)


def test_a_forged_depth_is_refused() -> None:
    """Comparing a value that is deeper than any result would break the check itself."""
    forged: Any = 1
    for _ in range(300):
        forged = [forged]

    with pytest.raises(WireError):
        decode(forged)


def test_the_deepest_result_comes_back() -> None:
    """Of the kind that takes the most levels."""
    value: Any = 1
    for _ in range(wire.DEEPEST - 1):  # its keys are one level deeper
        value = {(1, 2): value}

    assert decode(encode(value)) == value


def test_a_number_that_no_check_may_compare_arrives_as_text() -> None:
    """Comparing a signalling NaN raises an error, which would count as the check's own."""
    got = decode(encode(Decimal("sNaN")))

    assert repr(got) == "Decimal('sNaN')"
    assert got != Decimal(1)


def test_values_of_every_scalar_type() -> None:
    """The types that a driver may return, written out."""
    moment = datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)
    value = [
        b"\x00",
        Decimal("1.10"),
        moment,
        date(2026, 1, 2),
        time(3, 4),
        timedelta(days=1, microseconds=5),
    ]

    assert decode(encode(value)) == value
