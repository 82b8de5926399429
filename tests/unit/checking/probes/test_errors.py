"""Errors as data: types, texts, members, causes, and which of the driver's own objects they are."""

from __future__ import annotations

import asyncio

import pytest

from pypatterns.course.checking.probes.errors import described, leaves
from pypatterns.course.checking.shared import wire


def test_no_error_is_none() -> None:
    """A driver hands over what there is."""
    assert described(None) is None
    assert leaves(None) == []


def test_the_very_object_is_named() -> None:
    """Equal texts do not make two errors one."""
    outage = ConnectionError("no tea")

    same, other = (
        described(outage, {"outage": outage}),
        described(ConnectionError("no tea"), {"outage": outage}),
    )

    assert same == {"type": "ConnectionError", "text": "no tea", "is": "outage"}
    assert other == {"type": "ConnectionError", "text": "no tea"}


def test_groups_are_told_with_their_nesting() -> None:
    """Members in order, however deep, each with its own identity."""
    outage = ConnectionError("no tea")
    group = ExceptionGroup("all", [outage, ExceptionGroup("more", [KeyError("rum")])])

    told = described(group, {"outage": outage})

    assert told == {
        "type": "ExceptionGroup",
        "text": "all (2 sub-exceptions)",
        "members": [
            {"type": "ConnectionError", "text": "no tea", "is": "outage"},
            {
                "type": "ExceptionGroup",
                "text": "more (1 sub-exception)",
                "members": [{"type": "KeyError", "text": "'rum'"}],
            },
        ],
    }


def test_causes_and_notes_are_told() -> None:
    """Where there are some."""
    error = TimeoutError("spent")
    error.__cause__ = ConnectionError("no tea")
    error.add_note("after 3 tries")

    assert described(error) == {
        "type": "TimeoutError",
        "text": "spent",
        "notes": ["after 3 tries"],
        "cause": {"type": "ConnectionError", "text": "no tea"},
    }


def test_leaves_are_the_errors_themselves() -> None:
    """Left to right, out of any nesting; a bare error is its own leaf."""
    one, two, three = ValueError(), asyncio.CancelledError(), KeyError()
    group = BaseExceptionGroup("", [one, BaseExceptionGroup("", [two, three])])

    assert leaves(group) == [one, two, three]
    assert leaves(one) == [one]


def test_an_error_that_cannot_be_shown_is_described() -> None:
    """A learner's own class may fail at its text."""

    class Mute(Exception):
        def __str__(self) -> str:
            raise OSError

    assert described(Mute()) == {"type": "Mute", "text": "(its message cannot be shown)"}


@pytest.mark.parametrize("depth", [5, 500])
def test_the_description_stays_small(depth: int) -> None:
    """A chain without end, or a group of thousands, is cut: it must cross to the judge."""
    error: Exception = ValueError("x" * 10_000)
    for _ in range(depth):
        error = ExceptionGroup("more", [error] * 2)
        error.__cause__ = error

    told = described(error)

    assert wire.decode(wire.encode(told)) == told
