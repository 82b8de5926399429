"""Helpers for all: the standard library alone."""

from collections.abc import Iterable
from functools import reduce


def total(numbers: Iterable[int]) -> int:
    """Add them up."""
    return reduce(int.__add__, numbers, 0)
