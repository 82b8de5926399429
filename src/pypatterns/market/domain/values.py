"""Value objects: a slug and a sum of money, equal by value and never invalid.

>>> Money(250, "EUR") + Money(5, "EUR")
Money(amount=255, currency='EUR')

The patterns and bounds are public: the HTTP adapter puts the same ones into its OpenAPI document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Self, TypeGuard

from pypatterns.market.domain.errors import InvalidMarket, InvalidMoney

SLUG: Final = "[a-z0-9]+(-[a-z0-9]+)*"
SLUG_LENGTH: Final = 64
CURRENCY: Final = "[A-Z]{3}"
MOST: Final = 2**53 - 1  # what every JSON reader holds exactly (RFC 8259, section 6)


def is_text(value: object, pattern: str, longest: int) -> TypeGuard[str]:
    """Say whether it is a str of at most `longest` characters, all of which the pattern takes.

    `fullmatch`, since the `$` of `match` lets a last newline pass; the length first, since it bounds the pattern's work.
    """
    return isinstance(value, str) and len(value) <= longest and bool(re.fullmatch(pattern, value))


def is_whole(value: object, least: int) -> bool:
    """Say whether it is an int from `least` to `MOST`; a bool is none."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= MOST


class Slug(str):
    """A name fit for a URL: lower-case ASCII words and digits, joined by single hyphens.

    A `str`, so that it compares, sorts, stores and prints like one. Raises `InvalidMarket`.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        if not is_text(text, SLUG, SLUG_LENGTH):
            rule = f"must be words of a-z and 0-9 joined by single hyphens, {SLUG_LENGTH} characters at most"
            raise InvalidMarket("slug", rule, text)
        return super().__new__(cls, text)


@dataclass(frozen=True, slots=True)
class Money:
    """A sum in the minor unit of its currency (cents of EUR; ISO 4217): whole numbers add up exactly.

    Raises `InvalidMoney`.
    """

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if not is_whole(self.amount, -MOST):
            rule = f"must be a whole number of minor units, {MOST} at most"
            raise InvalidMoney("amount", rule, self.amount)
        if not is_text(self.currency, CURRENCY, 3):
            raise InvalidMoney("currency", "must be three letters A-Z, as in EUR", self.currency)

    def __add__(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise InvalidMoney("currency", f"must be {self.currency} to be added", other.currency)
        return Money(self.amount + other.amount, self.currency)
