"""Errors as data: what was raised, what is inside, and whether it is the very object that the driver raised.

>>> described(ExceptionGroup("two failed", [outage, KeyError("tea")]), known={"outage": outage})
{'type': 'ExceptionGroup', 'text': 'two failed (2 sub-exceptions)', 'members': [
    {'type': 'Outage', 'text': 'no answer', 'is': 'outage'}, {'type': 'KeyError', 'text': "'tea'"}]}

Only what is there is told: no "members" but of a group, no "cause" but after `raise … from`. Types are told apart in the
answer's process, where they are known: a check sees their names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DEEPEST, MOST_MEMBERS = 8, 50
LONGEST_TEXT = 300  # characters


def described(
    error: BaseException | None, known: Mapping[str, BaseException] | None = None, depth: int = 0
) -> dict[str, Any] | None:
    """An error as plain data, None if there is none; "is" names the known object that it is."""
    if error is None:
        return None
    told: dict[str, Any] = {"type": type(error).__name__, "text": _text(error)}
    for name, object_ in (known or {}).items():
        if error is object_:
            told["is"] = name
    if notes := getattr(error, "__notes__", None):
        told["notes"] = [str(note)[:LONGEST_TEXT] for note in notes[:MOST_MEMBERS]]
    if depth < DEEPEST:
        if isinstance(error, BaseExceptionGroup):
            members = error.exceptions[:MOST_MEMBERS]
            told["members"] = [described(member, known, depth + 1) for member in members]
        if error.__cause__ is not None:
            told["cause"] = described(error.__cause__, known, depth + 1)
    return told


def leaves(error: BaseException | None) -> list[BaseException]:
    """The errors inside of groups, left to right; of a bare error, itself. For a check that takes an error "bare or in a group"."""
    if error is None:
        return []
    if not isinstance(error, BaseExceptionGroup):
        return [error]
    return [leaf for member in error.exceptions for leaf in leaves(member)]


def _text(error: BaseException) -> str:
    try:
        return str(error)[:LONGEST_TEXT]
    except Exception:  # noqa: BLE001 - the answer's own exception may fail at anything
        return "(its message cannot be shown)"
