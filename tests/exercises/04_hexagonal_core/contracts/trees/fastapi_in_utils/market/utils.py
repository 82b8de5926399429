"""Helpers for all."""

from collections.abc import Iterable

from fastapi.encoders import jsonable_encoder


def total(numbers: Iterable[int]) -> int:
    """Add them up."""
    return sum(numbers)


def as_json(thing: object) -> object:
    """The thing as JSON."""
    return jsonable_encoder(thing)
