"""triage: two flat lists of the same objects, or all that is neither, with nothing lost."""

from __future__ import annotations

import asyncio
import traceback

import pytest

from pypatterns.tasks import DomainError, Retryable, triage


class NoSuchTea(DomainError):
    """A subclass, as there will be."""


BUSY, GONE, REFUSED = Retryable("busy"), Retryable("gone"), NoSuchTea("green")


def divide() -> None:
    """Where the bug is."""
    raise ZeroDivisionError("bug")


def test_groups_give_two_flat_lists() -> None:
    """Of the same objects, from left to right."""
    group = ExceptionGroup("", [BUSY, ExceptionGroup("", [REFUSED, ExceptionGroup("", [GONE])])])

    again, refused = triage(group)

    assert (again, refused) == ([BUSY, GONE], [REFUSED])


@pytest.mark.parametrize(
    ("error", "expected"),
    [(BUSY, ([BUSY], [])), (REFUSED, ([], [REFUSED]))],
    ids=["busy", "refused"],
)
def test_a_bare_error_is_a_group_of_one(error: Exception, expected: object) -> None:
    """Of either kind."""
    assert triage(error) == expected


def test_what_is_neither_comes_out_as_it_was() -> None:
    """Nesting, messages, notes and the line where it was raised."""
    with pytest.raises(ZeroDivisionError) as origin:
        divide()
    bug = origin.value
    bug.add_note("order 7")
    inner = ExceptionGroup("inner", [REFUSED, bug])
    inner.add_note("of the group")

    with pytest.raises(ExceptionGroup, match="outer") as failed:
        triage(ExceptionGroup("outer", [BUSY, inner]))

    (rest,) = failed.value.exceptions
    assert isinstance(rest, ExceptionGroup)
    assert (rest.message, rest.__notes__, rest.exceptions) == ("inner", ["of the group"], (bug,))
    assert bug.__notes__ == ["order 7"]
    assert traceback.extract_tb(bug.__traceback__)[-1].name == "divide"


@pytest.mark.parametrize(
    "error", [asyncio.CancelledError("stop"), KeyError("bug")], ids=["cancelled", "a bug"]
)
def test_a_bare_other_one_comes_out_bare(error: BaseException) -> None:
    """The same object."""
    with pytest.raises(type(error)) as failed:
        triage(error)

    assert failed.value is error


def test_cancelled_in_a_group_always_comes_out() -> None:
    """Whatever lies beside it."""
    with pytest.raises(BaseExceptionGroup) as failed:
        triage(BaseExceptionGroup("", [BUSY, asyncio.CancelledError()]))

    assert [type(each) for each in failed.value.exceptions] == [asyncio.CancelledError]
