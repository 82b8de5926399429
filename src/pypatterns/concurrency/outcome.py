"""What became of one of many calls: a value or an error, told apart by type. Its own file, as every pattern may use it.

>>> match outcome:
...     case Ok(price):
...         print(price)
...     case Err(error):
...         print("no price:", error)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ok(Generic[T]):
    """The call returned `value`: anything at all, None and exception objects included."""

    value: T


@dataclass(frozen=True, slots=True)
class Err:
    """The call raised `error`. Two are equal if they hold the same exception object."""

    error: Exception


Outcome: TypeAlias = Ok[T] | Err
